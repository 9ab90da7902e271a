import { z } from "zod";

import { durationSchema } from "../../lib/config/duration.ts";
import { messageOf, ProofloadError, usageError } from "../../lib/errors.ts";
import { httpRequest } from "../../lib/http.ts";
import { createToxiproxyClient } from "../../lib/toxiproxy/client.ts";
import { defineFault } from "../fault.ts";
import type { FaultWorld, Proof } from "../fault.ts";

/** Of the asked latency, this share must be measured for the effect to count (jitter set aside). */
const LEAST_SHARE = 0.8;
const PROBES = 3;
const PROBE_TIMEOUT_MS = 10_000;

/** Slows every answer that comes through a Toxiproxy proxy. */
export const latency = defineFault({
  kind: "latency",
  nature: "held",
  callerCounts: false,
  targetKind: "proxy",
  settings: z.strictObject({ latency: durationSchema, jitter: durationSchema.default(0) }),
  undoRecordSchema: z.strictObject({ apiUrl: z.string(), proxy: z.string(), toxic: z.string() }),

  resolve: async (world, target, name, settings) => {
    if (target.kind !== "proxy") throw usageError("wrong-target", `latency works on a proxy, not on a ${target.kind}`);
    if (settings.latency <= settings.jitter) {
      throw usageError(
        "wrong-setting",
        "latency must be greater than its jitter, or some answers are not slowed at all",
      );
    }
    const { env, runId } = world;
    const toxic = `proofload-${runId}-${name}`;
    const proxy = await createToxiproxyClient(env, target.apiUrl).getProxy(target.proxyName);
    if (proxy === null || !proxy.enabled) {
      throw new ProofloadError({
        code: "no-proxy",
        message: `Toxiproxy has no enabled proxy '${target.proxyName}'`,
        exitCode: 4,
      });
    }
    return { ...target, toxic, beforeMs: await roundTripMs(world, target.probeUrl) };
  },

  undoRecord: ({ prepared }) => ({ apiUrl: prepared.apiUrl, proxy: prepared.proxyName, toxic: prepared.toxic }),

  locks: ({ prepared }) => [`toxiproxy ${prepared.apiUrl} ${prepared.proxyName}`],

  undoCommand: ({ apiUrl, proxy, toxic }) => `curl -X DELETE ${apiUrl}/proxies/${proxy}/toxics/${toxic}`,

  inject: async ({ env }, { prepared, settings }) =>
    createToxiproxyClient(env, prepared.apiUrl).addToxic(prepared.proxyName, {
      name: prepared.toxic,
      type: "latency",
      stream: "downstream",
      toxicity: 1,
      attributes: { latency: Math.round(settings.latency * 1000), jitter: Math.round(settings.jitter * 1000) },
    }),

  prove: async (world, { prepared, settings }) => {
    const askedMs = Math.round(settings.latency * 1000);
    const measured = await roundTripMs(world, prepared.probeUrl);
    const direct = await roundTripMs(world, prepared.directUrl);
    const least = LEAST_SHARE * (settings.latency - settings.jitter) * 1000;
    const slowed = measured - prepared.beforeMs >= least;
    // A path past the proxy that slowed down as much was slowed by something else.
    const byUs = direct - prepared.beforeMs < least;
    return {
      held: slowed && byUs,
      measurement: roundTrip(prepared.beforeMs, prepared.beforeMs + askedMs, measured),
      message: slowed
        ? byUs
          ? `answers take ${measured} ms`
          : `the path past the proxy is slow too (${direct} ms), so the fault is not what slows it`
        : `answers take ${measured} ms, ${prepared.beforeMs} ms before; ${askedMs} ms were asked for`,
    };
  },

  undo: async ({ env }, record) => createToxiproxyClient(env, record.apiUrl).removeToxic(record.proxy, record.toxic),

  proveUndone: async (world, { prepared, settings }) => {
    const proxy = await createToxiproxyClient(world.env, prepared.apiUrl).getProxy(prepared.proxyName);
    if (proxy?.toxics.some((toxic) => toxic.name === prepared.toxic) === true) {
      return { held: false, measurement: null, message: `the toxic ${prepared.toxic} is still there` };
    }
    const measured = await roundTripMs(world, prepared.probeUrl);
    const most = prepared.beforeMs + (1 - LEAST_SHARE) * settings.latency * 1000;
    return {
      held: measured <= most,
      measurement: roundTrip(prepared.beforeMs, null, measured),
      message: `answers take ${measured} ms, ${prepared.beforeMs} ms before`,
    };
  },
});

/** The median of a few round trips in whole milliseconds; any status counts as an answer. */
async function roundTripMs({ env, signal }: FaultWorld, url: string): Promise<number> {
  const times: number[] = [];
  for (let probe = 0; probe < PROBES; probe += 1) {
    const start = env.clock.monotonicMs();
    await httpRequest(env, url, { timeoutMs: PROBE_TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) }).catch(
      (error: unknown) => {
        throw new ProofloadError({
          code: "probe-failed",
          message: `${url} did not answer: ${messageOf(error)}`,
          exitCode: 4,
        });
      },
    );
    times.push(env.clock.monotonicMs() - start);
  }
  times.sort((a, b) => a - b);
  return Math.round(times[Math.floor(times.length / 2)] ?? 0);
}

function roundTrip(before: number, asked: number | null, measured: number): NonNullable<Proof["measurement"]> {
  return { what: "round trip through the proxy", unit: "ms", before, asked, measured };
}
