import type { Check } from "./check.ts";
import { bad, ok, warn } from "./finding.ts";

const LEAST = 1024;
const ENOUGH = 4096;
const CURE = "Raise the limit before the run, in the same shell: ulimit -n 65536";

/** Each virtual user holds a connection, and each connection is an open file of k6 (and two of a proxy). */
export const checkFileLimit: Check = {
  name: "open files",
  examine: ({ env, machine }) => {
    if (env.platform !== "linux") return [ok("open files", `not looked at: only Linux tells the limit (/proc)`)];
    const soft = /^Max open files\s+(\d+|unlimited)/m.exec(machine.readText("/proc/self/limits") ?? "")?.[1];
    if (soft === undefined)
      return [warn("open files", "/proc/self/limits does not tell the limit", "Look by hand: ulimit -n")];
    const limit = soft === "unlimited" ? Infinity : Number(soft);
    if (limit < LEAST) return [bad("open files", `at most ${limit} open files, ${LEAST} are needed`, CURE)];
    if (limit < ENOUGH) return [warn("open files", `at most ${limit} open files: too few for a high load`, CURE)];
    return [ok("open files", soft === "unlimited" ? "no limit" : `at most ${soft}`)];
  },
};
