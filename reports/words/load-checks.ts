import type { ReasonCode } from "../../lib/run/reasons.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import { formatBytes, formatCount, formatSeconds, formatShare, UNKNOWN } from "./format.ts";

/** One thing that the load, its generator or its machine had to keep; `held` is null where nobody knows. */
export interface LoadCheck {
  readonly name: string;
  readonly seen: string;
  readonly limit: string;
  readonly held: boolean | null;
}

/** Whether the load was delivered by a healthy generator on a quiet machine, one line per limit. */
export function loadChecks(record: RunRecord): readonly LoadCheck[] {
  const cited = new Set<ReasonCode>(record.verdict.load.reasons.map(({ code }) => code));
  return [
    iterationsCheck(record, cited),
    ...requestsCheck(record, cited),
    exceptionsCheck(record, cited),
    ...vusCheck(record, cited),
    ...generatorChecks(record, cited),
    ...machineChecks(record, cited),
  ];
}

type Cited = ReadonlySet<ReasonCode>;

function iterationsCheck({ plan, evidence, verdict }: RunRecord, cited: Cited): LoadCheck {
  const { plannedIterations, startedIterations, deliveredShare } = verdict.load;
  const dropped = evidence?.load.droppedIterations ?? null;
  const closed = plan.load.unit === "VUs";
  const planned = closed
    ? "not planned (closed model)"
    : `of ${formatCount(plannedIterations)} planned (${formatShare(deliveredShare)})`;
  return {
    name: "Iterations started",
    seen: `${formatCount(startedIterations)}${closed ? ", " : " "}${planned}${closed || dropped === null ? "" : `, ${formatCount(dropped)} dropped in the whole run`}`,
    limit: `at least ${closed ? "one" : formatShare(plan.limits.minDeliveredShare)}`,
    held: startedIterations === null || (!closed && deliveredShare === null) ? null : !cited.has("load-not-delivered"),
  };
}

/** Nothing where the service has no counter to hold against k6's. */
function requestsCheck({ plan, verdict }: RunRecord, cited: Cited): readonly LoadCheck[] {
  if (!plan.service.countsRequests) return [];
  const { requests, requestsSeenByService } = verdict.load;
  const hidden = plan.experiment?.faults.some(({ callerCounts }) => callerCounts) ?? false;
  return [
    {
      name: "Requests",
      seen: `${formatCount(requests)} by k6, ${formatCount(requestsSeenByService)} by the service${mismatchWords(requests, requestsSeenByService)}`,
      limit: `at most ${formatShare(plan.limits.maxCountMismatch)} apart${hidden ? ", beside what a fault hid from the service" : ""}`,
      held: requests === null || requestsSeenByService === null ? null : !cited.has("counts-disagree"),
    },
  ];
}

function exceptionsCheck({ plan, evidence }: RunRecord, cited: Cited): LoadCheck {
  const exceptions = evidence?.load.exceptions ?? null;
  const { maxExceptionShare } = plan.limits;
  return {
    name: "Exceptions of the scenario",
    seen: formatCount(exceptions),
    limit: maxExceptionShare === 0 ? "none" : `at most ${formatShare(maxExceptionShare)} of the iterations`,
    held: exceptions === null && !cited.has("script-error") ? null : !cited.has("script-error"),
  };
}

/** Nothing where all VUs are always busy, or may be at the end of a search for the highest rate. */
function vusCheck({ plan, evidence, verdict }: RunRecord, cited: Cited): readonly LoadCheck[] {
  if (plan.load.unit === "VUs" || verdict.capacity !== null) return [];
  const peak = evidence?.load.vusPeak ?? null;
  return [
    {
      name: "VUs busy at once",
      seen: peak === null ? UNKNOWN : `${formatCount(peak)} of ${formatCount(plan.load.maxVUs)}`,
      limit: `at most ${formatShare(plan.limits.maxVuShare)}`,
      held: peak === null ? null : !cited.has("vus-at-ceiling"),
    },
  ];
}

function generatorChecks({ plan, evidence, verdict }: RunRecord, cited: Cited): readonly LoadCheck[] {
  const { limits } = plan;
  const { cpuShare, startLagP99Seconds } = verdict.load;
  const [held, all] = [evidence?.load.memoryPeakBytes ?? null, evidence?.load.machine.memoryBytes ?? null];
  const memoryShare = held === null || all === null ? null : held / all;
  const within = (value: number | null, limit: number): boolean | null =>
    value === null ? null : !(cited.has("generator-saturated") && value > limit);
  return [
    {
      name: "CPU of k6",
      seen: cpuShare === null ? UNKNOWN : `${formatShare(cpuShare)} of all cores`,
      limit: `at most ${formatShare(limits.maxCpuShare)}`,
      held: within(cpuShare, limits.maxCpuShare),
    },
    {
      name: "Memory of k6",
      seen: `${formatBytes(held)}${all === null ? "" : ` of ${formatBytes(all)}`}`,
      limit: `at most ${formatShare(limits.maxMemoryShare)}`,
      held: within(memoryShare, limits.maxMemoryShare),
    },
    {
      name: "Start lag (p99)",
      seen: formatSeconds(startLagP99Seconds),
      limit: `at most ${formatSeconds(limits.maxStartLagSeconds)}`,
      held: within(startLagP99Seconds, limits.maxStartLagSeconds),
    },
  ];
}

function machineChecks({ plan, evidence }: RunRecord, cited: Cited): readonly LoadCheck[] {
  const { maxStealShare, maxOthersCpuShare } = plan.limits;
  const steal = evidence?.load.machine.stealShare ?? null;
  const others = evidence?.load.machine.othersCpuShare ?? null;
  return [
    {
      name: "CPU taken by the hypervisor",
      seen: steal === null ? UNKNOWN : `${formatShare(steal)} of all cores`,
      limit: `at most ${formatShare(maxStealShare)}`,
      held: steal === null ? null : !(cited.has("machine-busy") && steal > maxStealShare),
    },
    {
      name: "CPU of other programs",
      seen: others === null ? UNKNOWN : `${formatShare(others)} of all cores`,
      limit: `at most ${formatShare(maxOthersCpuShare)} for a fail to stand`,
      held: others === null ? null : others <= maxOthersCpuShare,
    },
  ];
}

function mismatchWords(byCaller: number | null, byService: number | null): string {
  if (byCaller === null || byService === null) return "";
  const difference = byCaller - byService;
  if (difference === 0) return ", the same";
  return ` (${formatCount(Math.abs(difference))} ${difference > 0 ? "fewer" : "more"})`;
}
