import type { LoadEvidence, PhaseLoadEvidence } from "../../lib/run/evidence.ts";
import type { LoadLimits, LoadPlan } from "../../lib/run/plan.ts";
import type { LoadVerdict, Reason } from "../../lib/run/verdict.ts";
import { deliveryOfPhase, deliveryOfRun, sumDeliveries } from "./delivery.ts";
import type { Delivery } from "./delivery.ts";
import { formatCount, formatShare } from "../format.ts";
import { machineReasons, paceReasons, vuReasons } from "./generator-reasons.ts";
import type { LoadEnd } from "./load-end.ts";
import { checkReasons, exceptionReasons, exitReasons, thresholdReasons } from "./script-reasons.ts";

/** Requests beside the load that disturb no count. */
const STRAY_REQUESTS = 2;

export interface LoadInput {
  readonly load: LoadPlan;
  readonly limits: LoadLimits;
  readonly evidence: LoadEvidence | null;
  readonly end: LoadEnd;
  /** The phases that began. */
  readonly reached: ReadonlySet<string>;
  /**
   * Of a run that looks for the capacity, the phases whose load had to be delivered: a step that did not hold need not have
   * been. Null in other runs, where all of the load had to be.
   */
  readonly held: readonly PhaseLoadEvidence[] | null;
  /** Whether the service counts its requests, to be held against k6's count. */
  readonly countsRequests: boolean;
  /** Requests that the service may have answered without anyone seeing its count, for restarts that faults declared. */
  readonly unseenRequests: number;
}

/** Judges whether the planned load was delivered by a healthy generator, and whether k6 and the service agree on it. */
export function judgeLoad(input: LoadInput): LoadVerdict {
  const { load, limits, evidence, end, held } = input;
  const delivery = deliveryOf(input);
  const { planned, started, cpuShare, startLagP99Seconds } = delivery;
  const reasons: Reason[] = [];
  if (evidence === null || started === null || evidence.requests === null) {
    reasons.push({ code: "load-unobserved", message: "k6 did not report what it did" });
  }
  // What no step needs to have held is not judged.
  if (held === null || held.length > 0) reasons.push(...deliveryReasons(delivery, limits));
  if (evidence !== null) {
    if (held === null) reasons.push(...vuReasons(evidence, load, limits));
    if (held === null || held.length > 0) reasons.push(...paceReasons(delivery, limits));
    reasons.push(
      ...machineReasons(evidence, limits),
      ...exceptionReasons(evidence, limits),
      ...exitReasons(evidence, end),
      ...countReasons(evidence, input),
      ...thresholdReasons(evidence, input.reached),
      ...checkReasons(evidence),
    );
  }
  return {
    plannedIterations: planned,
    startedIterations: started,
    // What was finished is known to the next push only, which can make it a little more than was planned.
    deliveredShare: started === null || planned === null || planned === 0 ? null : Math.min(1, started / planned),
    requests: evidence?.requests ?? null,
    requestsSeenByService: evidence?.requestsSeenByService ?? null,
    cpuShare,
    startLagP99Seconds,
    reasons,
  };
}

function deliveryOf({ load, evidence, end, held }: LoadInput): Delivery {
  const { startedAt } = end;
  if (held === null || held.length === 0 || startedAt === null) return deliveryOfRun(load, evidence, end);
  const sum = sumDeliveries(held.map((phase) => deliveryOfPhase(load, phase, startedAt)));
  return {
    ...sum,
    planned: sum.planned === null ? null : Math.round(sum.planned),
    started: sum.started === null ? null : Math.round(sum.started),
  };
}

function deliveryReasons({ planned, started }: Delivery, limits: LoadLimits): readonly Reason[] {
  if (started === null) return [];
  if (planned === null) {
    return started > 0 ? [] : [{ code: "load-not-delivered", message: "k6 finished no iteration after the warm-up" }];
  }
  const share = started / planned;
  if (share >= limits.minDeliveredShare) return [];
  const message = `k6 started ${formatCount(started)} of ${formatCount(planned)} iterations planned after the warm-up (${formatShare(share)})`;
  return [{ code: "load-not-delivered", message }];
}

/** The service must have seen every request that succeeded, and none that k6 did not send; one that failed may never have reached it. */
function countReasons(
  evidence: LoadEvidence,
  { limits, end, countsRequests, unseenRequests }: LoadInput,
): readonly Reason[] {
  const { requests, failedRequests, requestsPushed, requestsSeenByService: seen, vusPeak } = evidence;
  if (requests === null) return [];
  if (requestsPushed !== null && Math.abs(requests - requestsPushed) > toleranceOf(requests, limits)) {
    const message = `k6's summary has ${formatCount(requests)} requests, but ${formatCount(requestsPushed)} were pushed under this run's id: something sets the tag testid, or pushes were lost`;
    return [{ code: "counts-disagree", message }];
  }
  if (seen === null) {
    const message = "the service's own count of the requests is missing";
    return countsRequests ? [{ code: "counts-disagree", message }] : [];
  }
  const tolerance = toleranceOf(requests, limits);
  const least = requests - (failedRequests ?? 0) - unseenRequests - tolerance;
  // k6 does not count what was under way when the load was ended.
  const most = requests + tolerance + (end.broke === null ? 0 : (vusPeak ?? 0));
  if (seen >= least && seen <= most) return [];
  const message = `k6 counted ${formatCount(requests)} requests, the service ${formatCount(seen)}`;
  return [{ code: "counts-disagree", message }];
}

/** What others may ask once, such as whether it is ready, is no disagreement in a small load. */
function toleranceOf(requests: number, { maxCountMismatch }: LoadLimits): number {
  return Math.max(STRAY_REQUESTS, maxCountMismatch * requests);
}
