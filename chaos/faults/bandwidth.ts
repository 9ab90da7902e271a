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
/** What a probe sends where that is limited, in a header: servers take 8 KiB of those and more. */
const PAD_BYTES = 7000;
/** The quickest of so many tells what is possible: a busy machine makes one slow at times. */
const TRIES = 3;

/** Limits how fast data comes back, or is sent, through a Toxiproxy proxy. */
export const bandwidth = defineToxicFault({
  kind: "bandwidth",
  callerCounts: false,
  settings: z.strictObject({
    /** Kilobytes per second and connection. */
    rate: z.int().min(1),
    direction: directionSchema,
  }),

  toxic: ({ rate, direction }) => ({ type: "bandwidth", stream: direction, attributes: { rate } }),

  before: async (world, { probeUrl }, { rate, direction }) => {
    const { bytes, ms } = await transfer(world, probeUrl, direction, TRIES);
    const askedMs = expectedMs(bytes, rate);
    if (askedMs >= LEAST_MS && askedMs >= TIMES_FASTER * ms) return { bytes, ms };
    const isAnswer = direction === "downstream";
    throw usageError(
      "wrong-setting",
      `${isAnswer ? `${probeUrl} answers with ${bytes} bytes` : `a probe sends ${bytes} bytes to ${probeUrl}`} in ${ms} ms, which would take ${Math.round(askedMs)} ms at ${rate} KB/s: too little to tell`,
      `Lower the rate${isAnswer ? ", or give the proxy a `probe` whose answer is larger" : ""}.`,
    );
  },

  prove: async (world, { probeUrl }, { rate, direction }, before) => {
    // Once: at this rate it takes its time.
    const { bytes, ms } = await transfer(world, probeUrl, direction, 1);
    const measured = rateOf(bytes, ms);
    return {
      held: measured <= rate / LEAST_SHARE,
      measurement: { ...MEASURED, before: rateOf(before.bytes, before.ms), asked: rate, measured },
      message: `${bytes} bytes passed at ${measured} KB/s`,
    };
  },

  proveOver: async (world, { probeUrl }, { rate, direction }, before) => {
    const { bytes, ms } = await transfer(world, probeUrl, direction, TRIES);
    const measured = rateOf(bytes, ms);
    return {
      held: measured > rate / LEAST_SHARE,
      measurement: { ...MEASURED, before: rateOf(before.bytes, before.ms), asked: null, measured },
      message: `${bytes} bytes passed at ${measured} KB/s`,
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

/** Has an answer come, or sends a request, the quickest of some tries, and tells how much passed and how long that took. */
async function transfer(
  world: FaultWorld,
  url: string,
  direction: z.infer<typeof directionSchema>,
  tries: number,
): Promise<{ readonly bytes: number; readonly ms: number }> {
  if (direction === "downstream") return quickest(world, url, tries);
  // What the same request takes without padding is the service's time, and the answer's.
  const plain = await quickest(world, url, TRIES);
  const padded = await quickest(world, url, tries, PAD_BYTES);
  return { bytes: PAD_BYTES, ms: Math.max(1, padded.ms - plain.ms) };
}

async function quickest(world: FaultWorld, url: string, tries: number, padBytes = 0) {
  const ends = [];
  for (let time = 0; time < tries; time += 1) ends.push(await mustAnswer(world, url, TIMEOUT_MS, padBytes));
  return ends.reduce((best, end) => (end.ms < best.ms ? end : best));
}
