import type { LoadEvidence } from "../lib/run/evidence.ts";
import type { ReasonCode } from "../lib/run/reasons.ts";
import type { LoadLimits, LoadPlan } from "../lib/run/plan.ts";
import type { LoadVerdict, Reason } from "../lib/run/verdict.ts";
import { formatCount, formatShare } from "./format.ts";

/** What k6 ends with when it ran to its end: with its thresholds met, or not (which is evidence, and no verdict). */
const ENDED_WELL: readonly (number | null)[] = [0, 99];
/** With these, nobody can say whether a failure was the service's or the generator's. */
const UNHEALTHY: readonly ReasonCode[] = ["generator-saturated", "script-error", "load-unobserved"];

export interface LoadInput {
  readonly load: LoadPlan;
  readonly limits: LoadLimits;
  readonly evidence: LoadEvidence | null;
  /** Requests that the service may have answered without anyone seeing its count, for restarts that faults declared. */
  readonly unseenRequests: number;
}

/** Judges whether the planned load was delivered by a healthy generator, and whether k6 and the service agree on it. */
export function judgeLoad({ load, limits, evidence, unseenRequests }: LoadInput): LoadVerdict {
  // The evidence counts iterations after the warm-up, in which the rate may climb.
  const plannedIterations = Math.round(load.rate * (load.durationSeconds - load.warmupSeconds));
  const started = evidence === null ? null : startedIterations(evidence, plannedIterations);
  const reasons: Reason[] = [];
  const add = (code: ReasonCode, message: string): void => {
    reasons.push({ code, message });
  };
  if (evidence === null || started === null || evidence.requests === null) {
    add("load-unobserved", "k6 did not report what it did");
  } else if (!(started / plannedIterations >= limits.minDeliveredShare)) {
    const share = formatShare(started / plannedIterations);
    add(
      "load-not-delivered",
      `k6 started ${formatCount(started)} of ${formatCount(plannedIterations)} iterations planned after the warm-up (${share})`,
    );
  }
  if (evidence !== null) {
    for (const reason of generatorReasons(evidence, limits)) reasons.push(reason);
    const { scriptError, k6ExitCode } = evidence;
    if (scriptError !== null) add("script-error", `the scenario threw: ${scriptError}`);
    if (!ENDED_WELL.includes(k6ExitCode)) {
      add("k6-failed", k6ExitCode === null ? "k6 was killed or never ended" : `k6 ended with code ${k6ExitCode}`);
    }
    const disagreement = countsDisagree(evidence, limits, unseenRequests);
    if (disagreement !== null) add("counts-disagree", disagreement);
  }
  return {
    plannedIterations,
    startedIterations: started,
    // What was finished is known to the next push only, which can make it a little more than was planned.
    deliveredShare: started === null ? null : Math.min(1, started / plannedIterations),
    requests: evidence?.requests ?? null,
    requestsSeenByService: evidence?.requestsSeenByService ?? null,
    cpuShare: evidence?.cpuShare ?? null,
    startLagP99Seconds: evidence?.startLagP99Seconds ?? null,
    reasons,
  };
}

/** The lower of what k6 finished and what it did not drop: the first is known to the next push only, the second not how it ended. */
function startedIterations({ iterations, droppedIterations }: LoadEvidence, planned: number): number | null {
  if (iterations === null || droppedIterations === null) return null;
  // A dropped iteration is a planned one; anything that is no number must stay one that is not.
  return droppedIterations === 0 ? iterations : Math.min(iterations, planned - droppedIterations);
}

/** Why a missed objective can't be blamed on the service, if it can't. */
export function unhealthyGenerator({ reasons }: LoadVerdict): Reason | undefined {
  return reasons.find(({ code }) => UNHEALTHY.includes(code));
}

function generatorReasons({ cpuShare, startLagP99Seconds }: LoadEvidence, limits: LoadLimits): readonly Reason[] {
  const reasons: Reason[] = [];
  if (cpuShare === null && startLagP99Seconds === null) {
    reasons.push({ code: "load-unobserved", message: "neither k6's CPU nor its start-lag was observed" });
  }
  if (cpuShare !== null && !(cpuShare <= limits.maxCpuShare)) {
    const message = `k6 used ${formatShare(cpuShare)} of the CPU, ${formatShare(limits.maxCpuShare)} is the limit`;
    reasons.push({ code: "generator-saturated", message });
  }
  if (startLagP99Seconds !== null && !(startLagP99Seconds <= limits.maxStartLagSeconds)) {
    const message = `one iteration in a hundred started ${startLagP99Seconds.toFixed(2)} s late or later, ${limits.maxStartLagSeconds} s is the limit`;
    reasons.push({ code: "generator-saturated", message });
  }
  return reasons;
}

/** The service must have seen every request that succeeded, and none that k6 did not send; one that failed may never have reached it. */
function countsDisagree(evidence: LoadEvidence, limits: LoadLimits, unseenRequests: number): string | null {
  const { requests, failedRequests, requestsSeenByService: seen } = evidence;
  if (requests === null) return null;
  if (seen === null) return "the service's own count of the requests is missing";
  const tolerance = limits.maxCountMismatch * requests;
  const least = requests - (failedRequests ?? 0) - unseenRequests - tolerance;
  if (seen >= least && seen <= requests + tolerance) return null;
  return `k6 counted ${formatCount(requests)} requests, the service ${formatCount(seen)}`;
}
