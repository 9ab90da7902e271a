import type { Check } from "./check.ts";
import { bad, ok, warn } from "./finding.ts";

const MEGABYTE = 1_000_000;
const LEAST = 200 * MEGABYTE;
const ENOUGH = 1000 * MEGABYTE;
const CURE = "Remove old runs, or let --out name a folder on another disk.";

/** Runs can be written, with the samples that Prometheus keeps while one goes on. */
export const checkDisk: Check = {
  name: "disk",
  examine: async ({ machine, runsDir }) => {
    const why = machine.whyNotWritable(runsDir);
    if (why !== null)
      return [bad("disk", `runs can't be written to ${runsDir}: ${why}`, "Let --out name another folder.")];
    const free = await machine.freeBytes(runsDir);
    const cause = `${Math.floor(free / MEGABYTE).toLocaleString("en-US")} MB free for runs, in ${runsDir}`;
    if (free < LEAST) return [bad("disk", `only ${cause}`, CURE)];
    return [free < ENOUGH ? warn("disk", `only ${cause}`, CURE) : ok("disk", cause)];
  },
};
