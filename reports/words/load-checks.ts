import type { RunRecord } from "../../lib/run/record.ts";
import type { ReasonCode } from "../../lib/run/reasons.ts";
import { formatCount, formatSeconds, formatShare, UNKNOWN } from "./format.ts";

/** One thing that the load generator had to keep; `held` is the gate's word, null where it had none. */
export interface LoadCheck {
  readonly name: string;
  readonly seen: string;
  readonly limit: string;
  readonly held: boolean | null;
}

/** Whether the load was delivered by a healthy generator, one line per limit. */
export function loadChecks({ plan, evidence, verdict }: RunRecord): readonly LoadCheck[] {
  const { load } = verdict;
  const { limits } = plan;
  const cited = new Set<ReasonCode>(load.reasons.map(({ code }) => code));
  const over = (value: number | null, limit: number): boolean | null =>
    value === null ? null : !(cited.has("generator-saturated") && value > limit);
  const dropped = evidence?.load.droppedIterations ?? null;
  const hidden = plan.experiment?.faults.some(({ callerCounts }) => callerCounts) ?? false;
  return [
    {
      name: "Iterations started",
      seen: `${formatCount(load.startedIterations)} of ${formatCount(load.plannedIterations)} planned (${formatShare(load.deliveredShare)})${dropped === null ? "" : `, ${formatCount(dropped)} dropped`}`,
      limit: `at least ${formatShare(limits.minDeliveredShare)}`,
      held: load.deliveredShare === null ? null : !cited.has("load-not-delivered"),
    },
    {
      name: "Requests",
      seen: `${formatCount(load.requests)} by k6, ${formatCount(load.requestsSeenByService)} by the service${mismatchWords(load.requests, load.requestsSeenByService)}`,
      limit: `at most ${formatShare(limits.maxCountMismatch)} apart${hidden ? ", beside what a fault hid from the service" : ""}`,
      held: load.requests === null || load.requestsSeenByService === null ? null : !cited.has("counts-disagree"),
    },
    {
      name: "CPU of k6",
      seen: load.cpuShare === null ? UNKNOWN : `${formatShare(load.cpuShare)} of all cores`,
      limit: `at most ${formatShare(limits.maxCpuShare)}`,
      held: over(load.cpuShare, limits.maxCpuShare),
    },
    {
      name: "Start lag (p99)",
      seen: formatSeconds(load.startLagP99Seconds),
      limit: `at most ${formatSeconds(limits.maxStartLagSeconds)}`,
      held: over(load.startLagP99Seconds, limits.maxStartLagSeconds),
    },
  ];
}

function mismatchWords(byCaller: number | null, byService: number | null): string {
  if (byCaller === null || byService === null) return "";
  const difference = byCaller - byService;
  if (difference === 0) return ", the same";
  return ` (${formatCount(Math.abs(difference))} ${difference > 0 ? "fewer" : "more"})`;
}
