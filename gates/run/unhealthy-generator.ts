import type { LoadEvidence } from "../../lib/run/evidence.ts";
import type { LoadLimits } from "../../lib/run/plan.ts";
import type { ReasonCode } from "../../lib/run/reasons.ts";
import type { LoadVerdict, ObjectiveVerdict, Reason } from "../../lib/run/verdict.ts";
import { formatShare } from "../format.ts";

/**
 * With these, nobody can say whether a failure was the service's or the generator's. A load that was not delivered, or VUs that
 * were all busy, are no such reason: that is what a slow service does to a healthy generator.
 */
const UNHEALTHY: readonly ReasonCode[] = ["generator-saturated", "machine-busy", "script-error", "load-unobserved"];

/** Why a missed objective can't be blamed on the service, if it can't. */
export function unhealthyGenerator({ reasons }: Pick<LoadVerdict, "reasons">): Reason | undefined {
  return reasons.find(({ code }) => UNHEALTHY.includes(code));
}

/** Other programs make a service slow, never fast: they spoil a fail, but no pass. */
export function busyMachine(evidence: LoadEvidence | null, limits: LoadLimits): Reason | undefined {
  const share = evidence?.machine.othersCpuShare ?? null;
  if (share === null || share <= limits.maxOthersCpuShare) return undefined;
  const message = `programs that are not of this run used ${formatShare(share)} of the CPU, ${formatShare(limits.maxOthersCpuShare)} is the limit`;
  return { code: "machine-busy", message };
}

/** Whether the run began well: what met every objective of its first phase, on the same machine, did not fail later for want of CPU. */
export function beganWell(objectives: readonly ObjectiveVerdict[]): boolean {
  const first = objectives[0]?.phase;
  if (first === undefined || /^(?:fault|recovery)\//.test(first)) return false;
  return objectives.every(({ phase, verdict }) => phase !== first || verdict === "pass");
}
