import type { Check } from "./check.ts";
import { ok, warn } from "./finding.ts";

/** Above this share of the cores others are in the way: latencies are theirs then, and misses prove nothing. */
const BUSY_SHARE = 0.5;

/** There are cores enough, and nobody else works on them. */
export const checkCpu: Check = {
  name: "cpu",
  examine: ({ env, machine }) => {
    const cores = env.cpuCount;
    const load = machine.loadAverage();
    // A container's may be a fraction.
    const text = `${Number(cores.toFixed(2))} ${cores === 1 ? "core" : "cores"}, load average ${load.toFixed(2)}`;
    if (load > cores * BUSY_SHARE) {
      return [
        warn("cpu", `the machine is busy: ${text}`, "End other programs: what they take makes the service slow."),
      ];
    }
    if (cores > 1) return [ok("cpu", text)];
    return [
      warn("cpu", `${text}: k6 and the service share it`, "Use a machine with two cores or more, or a low rate."),
    ];
  },
};
