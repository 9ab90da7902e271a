import type { LoadEvidence } from "../../lib/run/evidence.ts";
import { k6ExitReason } from "../../lib/run/k6-exit-codes.ts";
import type { LoadLimits } from "../../lib/run/plan.ts";
import type { Reason } from "../../lib/run/verdict.ts";
import { formatCount, formatShare } from "../format.ts";
import type { LoadEnd } from "./load-end.ts";

/** Exceptions of the scenario, if there were more than are allowed; those outside of iterations always are. */
export function exceptionReasons(evidence: LoadEvidence, limits: LoadLimits): readonly Reason[] {
  const { exceptions, scriptError, iterations } = evidence;
  if (exceptions === null && scriptError === null) {
    return [{ code: "load-unobserved", message: "the exceptions of the scenario were not counted" }];
  }
  if (exceptions === null || exceptions === 0) {
    return scriptError === null ? [] : [{ code: "script-error", message: `the scenario threw: ${scriptError}` }];
  }
  // Those of the warm-up count too, its iterations don't: the share may come out too high, never too low.
  const all = Math.max(iterations ?? 0, exceptions);
  const share = exceptions / all;
  if (share <= limits.maxExceptionShare) return [];
  const limit = limits.maxExceptionShare > 0 ? `, ${formatShare(limits.maxExceptionShare)} is the limit` : "";
  const first = scriptError === null ? "" : `; the first: ${scriptError}`;
  const message = `${formatCount(exceptions)} of ${formatCount(all)} iterations (${formatShare(share)}) ended with an exception${limit}${first}`;
  return [{ code: "script-error", message }];
}

/** What k6's exit code stands for, where that blocks a pass. Crossed thresholds are evidence, and no verdict. */
export function exitReasons({ k6ExitCode }: LoadEvidence, { broke, cutShort }: LoadEnd): readonly Reason[] {
  const { kind, meaning } = k6ExitReason(k6ExitCode);
  const ended = k6ExitCode === null ? meaning : `${meaning} (code ${k6ExitCode})`;
  switch (kind) {
    case "ended":
    case "threshold":
      return [];
    case "stopped":
      return cutShort || broke !== null ? [] : [{ code: "k6-failed", message: `k6: ${ended}` }];
    case "aborted":
      return [{ code: "test-aborted", message: `k6: ${ended}` }];
    case "marked-failed":
      return [{ code: "test-marked-failed", message: `k6: ${ended}` }];
    case "script":
      return [{ code: "script-error", message: `k6: ${ended}` }];
    case "config":
    case "crashed":
    case "other":
      return [{ code: "k6-failed", message: `k6: ${ended}` }];
  }
}

/** Thresholds that were held against nothing, which k6 calls met. One on a phase that was never reached has nothing to see. */
export function thresholdReasons({ thresholds }: LoadEvidence, reached: ReadonlySet<string>): readonly Reason[] {
  return thresholds.flatMap(({ metric, expression, held }): readonly Reason[] => {
    const phase = /[{,]\s*phase:\s*([^,}]*?)\s*[,}]/.exec(metric)?.[1];
    if (held !== null || (phase !== undefined && !reached.has(phase))) return [];
    return [{ code: "threshold-unobserved", message: `${metric}: ${expression} had no sample to be held against` }];
  });
}

/** Checks that failed every time: a journey that never got what it was made for is not the load that was meant. */
export function checkReasons({ checks }: LoadEvidence): readonly Reason[] {
  return checks.flatMap(({ name, passes, fails }): readonly Reason[] => {
    if (passes > 0 || fails === 0) return [];
    return [{ code: "check-never-held", message: `the check '${name}' failed all ${formatCount(fails)} times` }];
  });
}
