import { messageOf } from "../../lib/errors.ts";
import type { Check, Surroundings } from "./check.ts";
import { checkClock } from "./check-clock.ts";
import { checkCpu } from "./check-cpu.ts";
import { checkDisk } from "./check-disk.ts";
import { checkDocker } from "./check-docker.ts";
import { checkEsbuild } from "./check-esbuild.ts";
import { checkFileLimit } from "./check-file-limit.ts";
import { checkLeftovers } from "./check-leftovers.ts";
import { checkMemory } from "./check-memory.ts";
import { checkNode } from "./check-node.ts";
import { checkPorts } from "./check-ports.ts";
import { checkPrometheus } from "./check-prometheus.ts";
import { checkStateDir } from "./check-state-dir.ts";
import { checkTarget } from "./check-target.ts";
import { checkTools } from "./check-tools.ts";
import { bad } from "./finding.ts";
import type { Finding } from "./finding.ts";

/** All checks, in the order in which they are told. */
export const CHECKS: readonly Check[] = [
  checkNode,
  checkEsbuild,
  checkTools,
  checkCpu,
  checkMemory,
  checkDisk,
  checkFileLimit,
  checkPorts,
  checkStateDir,
  checkLeftovers,
  checkTarget,
  checkPrometheus,
  checkDocker,
  checkClock,
];

const DEADLINE_MS = 8000;

/** Does all checks side by side, each with a deadline; never rejects. */
export async function examine(
  around: Omit<Surroundings, "signal">,
  checks: readonly Check[] = CHECKS,
): Promise<readonly Finding[]> {
  return (await Promise.all(checks.map((check) => examineOne(around, check)))).flat();
}

async function examineOne(around: Omit<Surroundings, "signal">, check: Check): Promise<readonly Finding[]> {
  const over = new AbortController();
  const done = new AbortController();
  const late = around.env.clock.sleep(DEADLINE_MS, done.signal).then(
    (): readonly Finding[] => {
      const cause = `not known after ${DEADLINE_MS / 1000} s`;
      over.abort(new Error(cause));
      return [bad(check.name, cause, "Try again; a disk or a network that hangs is the usual reason.")];
    },
    () => [],
  );
  try {
    // A check may throw before it has a promise to give.
    const examined = Promise.resolve().then(() => check.examine({ ...around, signal: over.signal }));
    return await Promise.race([examined, late]);
  } catch (error) {
    return [bad(check.name, `could not be checked: ${messageOf(error)}`, "Mend what it says, and call doctor again.")];
  } finally {
    done.abort(new Error("done"));
  }
}
