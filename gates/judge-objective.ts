import type { ObjectivePlan } from "../lib/run/plan.ts";
import type { Window } from "../lib/run/phase.ts";
import type { ReasonCode } from "../lib/run/reasons.ts";
import type { Interval, ObjectiveVerdict, Reason, VerdictWord } from "../lib/run/verdict.ts";
import { burnRateOf } from "./burn-rate.ts";
import { bucketEdgeOf } from "./promql/bucket-edge.ts";
import type { TimedCluster } from "./counters/clusters.ts";
import { countAround } from "./counters/count-around.ts";
import { outcomeOf, queriesOf } from "./counters/count-events.ts";
import { formatCount, formatMissed, formatShare } from "./format.ts";
import { countsEvents } from "./model/indicators.ts";
import { instanceOf } from "./instances/instances.ts";
import { moreWords } from "./statistics/correct-fails.ts";
import { decide, eventsToDecide, missProbability, shareInterval } from "./statistics/interval.ts";
import type { Decision } from "./statistics/interval.ts";
import { judgeCensus } from "./slices/judge-census.ts";
import { judgeRecovery, windowToHold } from "./run/judge-recovery.ts";
import type { ObjectiveInput } from "./objective-input.ts";
import { provenMisses } from "./statistics/proven-misses.ts";
import { nothingCounted } from "./counters/nothing-counted.ts";
import { readyToCount } from "./ready-to-count.ts";
import { eventWeights } from "./statistics/design-effect.ts";
import { takeCensus } from "./slices/take-census.ts";
import type { JudgedWindow } from "./windows.ts";

export type { ObjectiveInput } from "./objective-input.ts";

const MOST = 0.5;

/** Judges one SLO in one phase: pass or fail only where the whole confidence interval says so and nothing about the data is odd. */
export function judgeObjective(input: ObjectiveInput): ObjectiveVerdict {
  const verdict = judgeRecovery(input, judgeCounts(input));
  if (verdict.verdict !== "pass") return verdict;
  const contradiction = contradictionOf(input);
  if (contradiction !== null)
    return { ...verdict, verdict: "inconclusive", reason: { code: "counts-disagree", message: contradiction } };
  const unanswered = unansweredOf(verdict, input);
  return unanswered === null
    ? verdict
    : { ...verdict, verdict: "inconclusive", reason: { code: "requests-unanswered", message: unanswered } };
}

/** k6's own time-out: what hung longer was counted as a failure. */
const ANSWERED_WITHIN_SECONDS = 60;
/** Planned iterations are counted by the area under a rate, which may be off by this many. */
const COUNTED_TO = 3;

/** Why iterations that never ended stand against a pass, if they do: nobody counts a request that is never answered, and it may be of any of the last phases. */
function unansweredOf(verdict: ObjectiveVerdict, { load, objective, confidence }: ObjectiveInput): string | null {
  const unfinished = (load?.unfinishedIterations ?? 0) - COUNTED_TO;
  const loadEnd = load?.endedAt ?? 0;
  if (unfinished <= 0 || verdict.events === null || verdict.windowAsked === null) return null;
  if (loadEnd - verdict.windowAsked.to > ANSWERED_WITHIN_SECONDS) return null;
  const { good, total } = verdict.events;
  const { low } = shareInterval({ good, total: total + unfinished }, confidence);
  if (low >= objective.target) return null;
  return `${formatCount(unfinished + COUNTED_TO)} iterations never ended; with their requests as bad ones ${formatShare(low)} is proven, ${formatShare(objective.target)} promised`;
}

/** Why k6's own count stands against a pass by the service's, if it does: a service can't count what it never answered. */
function contradictionOf(input: ObjectiveInput): string | null {
  const { crossCheck, target } = input.objective;
  if (crossCheck === null) return null;
  const seen = judgeCounts({
    ...input,
    objective: { ...input.objective, countedBy: "caller", indicator: crossCheck, crossCheck: null, minEvents: null },
  });
  if (seen.census !== undefined) {
    return seen.verdict === "fail"
      ? `the service kept its promise, but not as k6 saw it: ${seen.reason.message}`
      : null;
  }
  if (seen.interval === null || seen.events === null)
    return `k6's count could not be held against it: ${seen.reason.message}`;
  if (decide(seen.interval, target) !== "fail") return null;
  const { good, total } = seen.events;
  return `the service counts enough good events, but of k6's ${formatCount(total)} requests only ${formatCount(good)} were answered as expected`;
}

/** Reasons why nothing at all can be said: the backend is not there for us. */
const AWAY: readonly ReasonCode[] = ["prometheus-unreachable", "credentials-refused"];

function judgeCounts(input: ObjectiveInput): ObjectiveVerdict {
  const { objective, confidence } = input;
  const window = input.windows
    .filter(({ phase }) => phase === objective.phase)
    .map((one) => windowToHold(objective, one));
  const described = describe(input, window[0]);
  const without = ({ reason }: { readonly reason: Reason }): ObjectiveVerdict => ({
    ...described,
    verdict: AWAY.includes(reason.code) ? "error" : "inconclusive",
    reason,
  });
  const ready = readyToCount(input, window);
  if (!ready.ok) return without(ready);
  if (!countsEvents(objective)) {
    const census = takeCensus({ ...ready.value, objective, excluded: input.excluded ?? [] });
    return census.ok ? { ...described, ...judgeCensus(objective, census.value, input.unhealthy) } : without(census);
  }
  const tally = countAround({ ...ready.value, objective }, input.excluded ?? []);
  if (!tally.ok) return without(tally);
  const { good, lost, covered, excused, instances } = tally.value;
  const total = tally.value.total + lost;
  const counted = { ...described, windowCovered: covered, excused, instancesSeen: instances };
  if (!(tally.value.total > 0)) {
    return {
      ...counted,
      verdict: "inconclusive",
      reason: { code: "no-traffic", message: nothingCounted(covered, instances) },
    };
  }
  const weights = eventWeights(tally.value.clusters, input.failureBurst, confidence);
  // A fail has to stand even if everything that may have been lost was good.
  const share = { good, total, lost, weights };
  const interval = shareInterval(share, confidence);
  const value = good / total;
  const decision = decide(interval, objective.target);
  const needed =
    decision === "inconclusive"
      ? eventsToDecide(good / tally.value.total, objective.target, confidence, weights, lost)
      : null;
  const events = { good, total, ...(lost > 0 ? { lost } : {}) };
  const least = objective.minEvents ?? 0;
  if (tally.value.total < least) {
    const message = `${formatCount(tally.value.total)} events, and fewer than ${formatCount(least)} decide nothing`;
    const decides = decision === "inconclusive" && needed === null ? null : Math.max(least, needed ?? 0);
    const few = { ...counted, value, interval, events, eventsToDecide: decides };
    return { ...few, verdict: "inconclusive", reason: { code: "too-few-events", message } };
  }
  const chance = missProbability(share, objective.target);
  const burnRate = burnRateOf(tally.value.clusters, {
    target: objective.target,
    scrapeIntervalSeconds: input.scrapeIntervalSeconds,
    budgetWindowSeconds: objective.budgetWindowSeconds,
  });
  const measured = {
    ...counted,
    value,
    interval,
    events,
    missProbability: chance,
    ...(burnRate === null ? {} : { burnRate }),
    ...missedOf(tally.value.clusters, objective.target, confidence),
  };
  if (decision === "fail" && input.unhealthy !== undefined && !standsAnyway(objective, interval, input.unhealthy)) {
    const message = `the objective was missed, but that may not be the service's doing: ${input.unhealthy.message}`;
    return { ...measured, verdict: "inconclusive", reason: { code: input.unhealthy.code, message } };
  }
  return { ...measured, eventsToDecide: needed, ...word(decision, measured, objective.target, needed) };
}

function missedOf(
  clusters: readonly TimedCluster[],
  target: number,
  confidence: number,
): Pick<ObjectiveVerdict, "missed"> {
  const misses = provenMisses(clusters, { target, confidence });
  const [first] = misses;
  const last = misses.at(-1);
  return first === undefined || last === undefined ? {} : { missed: { first: windowOf(first), last: windowOf(last) } };
}

function windowOf({ from, to }: TimedCluster): Window {
  return { from, to };
}

/** A busy machine makes answers late; that most of them were errors is not its doing. */
function standsAnyway({ indicator }: ObjectivePlan, { high }: Interval, { code }: Reason): boolean {
  const isLatency = indicator.kind === "good" && bucketEdgeOf(indicator.good) !== null;
  return code === "machine-busy" && !isLatency && high < MOST;
}

type Undecided = Omit<ObjectiveVerdict, "verdict" | "reason">;

/** What can be said of an objective before its events are counted. */
function describe({ objective, evidence }: ObjectiveInput, window: JudgedWindow | undefined): Undecided {
  const queries = queriesOf(objective);
  const outcomes = evidence === null ? [] : queries.map((query) => outcomeOf(evidence, objective, query));
  const answers = outcomes.flatMap((outcome) => (outcome?.kind === "ok" ? [outcome] : []));
  const series = answers.flatMap((answer) => answer.series);
  return {
    slo: objective.slo,
    title: objective.title,
    phase: objective.phase,
    target: objective.target,
    value: null,
    interval: null,
    events: null,
    missProbability: null,
    eventsToDecide: null,
    countedBy: objective.countedBy,
    windowAsked: window?.asked ?? null,
    windowCovered: null,
    seriesSeen: series.length,
    instancesSeen: objective.countedBy === "caller" ? ["k6"] : [...new Set(series.map((one) => instanceOf(one).id))],
    queries,
    warnings: answers.flatMap(({ warnings }) => warnings),
    infos: answers.flatMap(({ infos }) => infos),
    excused: [],
    ...(objective.mayBeInconclusive === true ? { mayBeInconclusive: true } : {}),
    source: objective.source,
  };
}

/** What was counted of an objective. */
interface Counted {
  readonly interval: Interval;
  readonly value: number;
  readonly events: { readonly total: number; readonly lost?: number };
}

function word(
  decision: Decision,
  { interval, value, events }: Counted,
  target: number,
  needed: number | null,
): { readonly verdict: VerdictWord; readonly reason: Reason } {
  const { low, high, confidence, effectiveEvents } = interval;
  const weight = decision === "fail" ? effectiveEvents.high : effectiveEvents.low;
  const together =
    weight < events.total
      ? `, where ${formatCount(events.total)} events count as ${formatCount(weight)}, as failures came together`
      : "";
  const range = `${formatShare(low)} to ${formatShare(high)} at ${formatShare(confidence)} confidence${together}${lostWords(events)}`;
  switch (decision) {
    case "pass":
      return {
        verdict: "pass",
        reason: { code: "interval-inside", message: `${range}, ${formatShare(target)} promised` },
      };
    case "fail": {
      const message = `${formatMissed(value, target)} seen (${range}), ${formatShare(target)} promised`;
      return { verdict: "fail", reason: { code: "interval-outside", message } };
    }
    case "inconclusive": {
      const message = `${range}, on both sides of the ${formatShare(target)} promised; ${moreWords(needed)}`;
      return { verdict: "inconclusive", reason: { code: "interval-straddles", message } };
    }
  }
}

/** That some events are only feared lost, which none of the numbers would tell. */
function lostWords({ total, lost = 0 }: Counted["events"]): string {
  return lost === 0 ? "" : `, with ${formatCount(lost)} of ${formatCount(total)} events that may be lost`;
}
