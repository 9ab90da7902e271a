import type { Check } from "./check.ts";
import { bad, ok, warn } from "./finding.ts";

const MEGABYTE = 1_000_000;
const LEAST = 150 * MEGABYTE;
const ENOUGH = 600 * MEGABYTE;
const CURE = "End other programs, or use a bigger machine.";

/** There is memory for k6, Prometheus and the service. */
export const checkMemory: Check = {
  name: "memory",
  examine: ({ machine }) => {
    const available = machine.availableMemory();
    const cause = `${Math.floor(available / MEGABYTE).toLocaleString("en-US")} MB available`;
    if (available < LEAST) return [bad("memory", `only ${cause}`, CURE)];
    return [available < ENOUGH ? warn("memory", `only ${cause}`, CURE) : ok("memory", cause)];
  },
};
