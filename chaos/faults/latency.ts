import { z } from "zod";

import { durationSchema } from "../../lib/config/duration.ts";
import type { FaultWorld, Proof } from "../fault.ts";
import { mustAnswer } from "../measure/probe.ts";
import { defineToxicFault, directionSchema } from "../toxic-fault.ts";

/** Of the asked latency, this share must be measured for the effect to count (jitter set aside). */
const LEAST_SHARE = 0.8;
/** By so much an answer must be slowed at the least: round trips are measured in whole milliseconds, on a machine that does other things too. */
const LEAST_MS = 10;
const PROBES = 3;
/** Before the fault they are quick, and what a busy machine adds to them would be missed from its effect. */
const PROBES_BEFORE = 7;
const PROBE_TIMEOUT_MS = 10_000;

/** Slows every answer that comes through a Toxiproxy proxy. */
export const latency = defineToxicFault({
  kind: "latency",
  callerCounts: false,
  settings: z
    .strictObject({
      latency: durationSchema,
      jitter: durationSchema.default(0),
      direction: directionSchema,
    })
    .refine(({ latency: asked, jitter }) => Math.round((asked - jitter) * 1000) >= LEAST_MS, {
      error: `expected at least ${LEAST_MS}ms more than the jitter: less can't be told from how round trips differ anyway`,
      path: ["latency"],
    }),

  toxic: (settings) => ({
    type: "latency",
    stream: settings.direction,
    attributes: { latency: Math.round(settings.latency * 1000), jitter: Math.round(settings.jitter * 1000) },
  }),

  before: (world, { probeUrl }) => roundTripMs(world, probeUrl, PROBES_BEFORE),

  prove: async (world, { probeUrl, directUrl }, settings, beforeMs) => {
    const askedMs = Math.round(settings.latency * 1000);
    const measured = await roundTripMs(world, probeUrl);
    const direct = await roundTripMs(world, directUrl);
    const least = LEAST_SHARE * (settings.latency - settings.jitter) * 1000;
    const slowed = measured - beforeMs >= least;
    // A path past the proxy that slowed down as much was slowed by something else.
    const byUs = direct - beforeMs < least;
    return {
      held: slowed && byUs,
      measurement: roundTrip(beforeMs, beforeMs + askedMs, measured),
      message: slowed
        ? byUs
          ? `answers take ${measured} ms`
          : `the path past the proxy is slow too (${direct} ms), so the fault is not what slows it`
        : `answers take ${measured} ms, ${beforeMs} ms before; ${askedMs} ms were asked for`,
    };
  },

  proveOver: async (world, { probeUrl }, settings, beforeMs) => {
    const measured = await roundTripMs(world, probeUrl);
    return {
      held: measured <= beforeMs + (1 - LEAST_SHARE) * settings.latency * 1000,
      measurement: roundTrip(beforeMs, null, measured),
      message: `answers take ${measured} ms, ${beforeMs} ms before`,
    };
  },
});

/**
 * The quickest of a few round trips in whole milliseconds; any status counts as an answer. A latency is in each of them, and what a busy machine adds is least in
 * that one.
 */
async function roundTripMs(world: FaultWorld, url: string, probes = PROBES): Promise<number> {
  let quickest = Number.POSITIVE_INFINITY;
  for (let probe = 0; probe < probes; probe += 1) {
    quickest = Math.min(quickest, (await mustAnswer(world, url, PROBE_TIMEOUT_MS)).ms);
  }
  return quickest;
}

function roundTrip(before: number, asked: number | null, measured: number): NonNullable<Proof["measurement"]> {
  return { what: "round trip through the proxy", unit: "ms", before, asked, measured };
}
