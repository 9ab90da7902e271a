import { z } from "zod";

import { usageError } from "../../lib/errors.ts";
import type { FaultWorld, Proof } from "../fault.ts";
import { mustAnswer } from "../measure/probe.ts";
import { defineToxicFault, directionSchema } from "../toxic-fault.ts";

const TIMEOUT_MS = 20_000;
/** What must be measured of the time that the probe's answer takes at the asked rate. */
const LEAST_SHARE = 0.8;
/** An answer that takes less than this at the asked rate tells nothing. */
const LEAST_MS = 100;
/** And it must have been so many times as fast before. */
const TIMES_FASTER = 3;

/** Limits how fast data comes through a Toxiproxy proxy. */
export const bandwidth = defineToxicFault({
  kind: "bandwidth",
  callerCounts: false,
  settings: z.strictObject({
    /** Kilobytes per second and connection. */
    rate: z.int().min(1),
    direction: directionSchema.refine(
      (direction) => direction === "downstream",
      "expected downstream: the effect is measured on what comes back",
    ),
  }),

  toxic: ({ rate, direction }) => ({ type: "bandwidth", stream: direction, attributes: { rate } }),

  before: async (world, { probeUrl }, { rate }) => {
    const { bytes, ms } = await mustAnswer(world, probeUrl, TIMEOUT_MS);
    const askedMs = expectedMs(bytes, rate);
    if (askedMs >= LEAST_MS && askedMs >= TIMES_FASTER * ms) return { bytes, ms };
    throw usageError(
      "wrong-setting",
      `${probeUrl} answers with ${bytes} bytes in ${ms} ms, which would take ${Math.round(askedMs)} ms at ${rate} KB/s: too little to tell`,
      "Lower the rate, or give the proxy a `probe` whose answer is larger.",
    );
  },

  prove: async (world, { probeUrl }, { rate }, before) => {
    const { measured, bytes } = await kilobytesPerSecond(world, probeUrl);
    const held = measured <= rate / LEAST_SHARE;
    return {
      held,
      measurement: { ...MEASURED, before: rateOf(before.bytes, before.ms), asked: rate, measured },
      message: `${bytes} bytes came at ${measured} KB/s`,
    };
  },

  proveOver: async (world, { probeUrl }, { rate }, before) => {
    const { measured, bytes } = await kilobytesPerSecond(world, probeUrl);
    return {
      held: measured > rate / LEAST_SHARE,
      measurement: { ...MEASURED, before: rateOf(before.bytes, before.ms), asked: null, measured },
      message: `${bytes} bytes came at ${measured} KB/s`,
    };
  },
});

const MEASURED: Pick<NonNullable<Proof["measurement"]>, "what" | "unit"> = {
  what: "rate through the proxy",
  unit: "KB/s",
};

function expectedMs(bytes: number, rate: number): number {
  return bytes / rate;
}

/** Kilobytes (1,000 bytes) per second, to one decimal. */
function rateOf(bytes: number, ms: number): number {
  return Math.round((10 * bytes) / Math.max(1, ms)) / 10;
}

async function kilobytesPerSecond(
  world: FaultWorld,
  url: string,
): Promise<{ readonly measured: number; readonly bytes: number }> {
  const { bytes, ms } = await mustAnswer(world, url, TIMEOUT_MS);
  return { measured: rateOf(bytes, ms), bytes };
}
