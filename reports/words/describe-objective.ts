import type { Window } from "../../lib/run/phase.ts";
import type { ObjectivePlan } from "../../lib/run/plan.ts";
import type { BurnRate, ObjectiveVerdict, Reason, RecoveryTime } from "../../lib/run/verdict.ts";
import { secondsWithin } from "./describe-excluded.ts";
import { countOf, formatCount, formatNumber, formatPoints, formatSeconds, formatShare } from "./format.ts";

const BUCKET_EDGE = /\ble\s*=\s*["'`]([0-9.eE+-]+)["'`]/;

/** The part of a plan that objectives are described by: a run and a window both have it. */
export interface PlannedObjectives {
  readonly gate: { readonly objectives: readonly ObjectivePlan[] };
}

/** The latency that good events stay under, in seconds, or null where the objective is no latency. */
export function latencyThreshold(objective: ObjectiveVerdict, plan: PlannedObjectives): number | null {
  const planned = plan.gate.objectives.find(({ slo, phase }) => slo === objective.slo && phase === objective.phase);
  if (planned?.indicator.kind !== "good") return null;
  const { good } = planned.indicator;
  const edge = Number(BUCKET_EDGE.exec(good)?.[1]);
  if (!Number.isFinite(edge) || edge <= 0) return null;
  if (/_(ms|milliseconds)_bucket\b/.test(good)) return edge / 1000;
  return /_seconds_bucket\b/.test(good) ? edge : null;
}

/** What was promised: "99 % under 250 ms", "99.9 % good". */
export function promiseOf(objective: ObjectiveVerdict, plan: PlannedObjectives): string {
  const threshold = latencyThreshold(objective, plan);
  return `${formatShare(objective.target)} ${threshold === null ? "good" : `under ${formatSeconds(threshold)}`}`;
}

/** How far an objective was missed or met, and what that is made of; `details` is null where the reason says it all. */
export interface ObjectiveOutcome {
  readonly summary: string;
  readonly details: string | null;
}

/** The outcome of an objective: "missed by 41.2 points" and "4,950 of 6,000 events failed", or why nobody can say. */
export function outcomeOf(objective: ObjectiveVerdict, plan: PlannedObjectives): ObjectiveOutcome {
  const { value, events, target, verdict, eventsToDecide, reason } = objective;
  if (value === null || events === null || verdict === "error") return { summary: reason.message, details: null };
  const badWord = latencyThreshold(objective, plan) === null ? "failed" : "were slower";
  const { good, total, lost = 0 } = events;
  const feared = lost === 0 ? "" : `, and ${formatCount(lost)} more may be lost`;
  const details = `${formatCount(total - lost - good)} of ${countOf(total - lost, "event")} ${badWord}${feared}`;
  switch (verdict) {
    case "fail":
      return { summary: `missed by ${formatPoints(target - value)}`, details };
    case "pass":
      return { summary: `${formatPoints(value - target)} to spare`, details };
    case "inconclusive":
      return {
        summary: eventsToDecide === null ? reason.message : `about ${countOf(eventsToDecide, "event")} would decide`,
        details,
      };
  }
}

/** Whether what stands against an objective is a reason of the whole verdict, told there: then its code is enough. */
export function isToldOfAll({ reason }: ObjectiveVerdict, reasons: readonly Reason[]): boolean {
  return reasons.some(({ code, message }) => code === reason.code && message === reason.message);
}

/** The outcome in one line. */
export function outcomeWords(objective: ObjectiveVerdict, plan: PlannedObjectives): string {
  const { summary, details } = outcomeOf(objective, plan);
  return details === null ? summary : `${summary}; ${details}`;
}

/** The interval in words: "between 17.1 % and 17.9 %". */
export function intervalWords({ interval }: ObjectiveVerdict): string | null {
  return interval === null ? null : `between ${formatShare(interval.low)} and ${formatShare(interval.high)}`;
}

/** How much of what was to be judged is covered, both without what was left out: "30 min of 30 min". */
export function coverageWords(
  { windowAsked, windowCovered }: Pick<ObjectiveVerdict, "windowAsked" | "windowCovered">,
  excluded: readonly Window[] = [],
): string {
  if (windowAsked === null) return "nothing";
  const length = (window: Window): number => window.to - window.from - secondsWithin(window, excluded);
  const asked = length(windowAsked);
  // The scrapes that counting runs between may be further apart than the edges.
  const covered = windowCovered === null ? 0 : Math.min(length(windowCovered), asked);
  return `${formatSeconds(covered)} of ${formatSeconds(asked)}`;
}

/** What else is worth knowing of an objective: its burn rate, when a recovery was back, that it need not be proven. */
export function notesOf(objective: ObjectiveVerdict): readonly string[] {
  const { burnRate, recovery, mayBeInconclusive } = objective;
  return [
    ...(burnRate === undefined || burnRate.whole === 0 ? [] : [burnWords(burnRate)]),
    ...(recovery === undefined ? [] : [recoveryWords(recovery)]),
    ...(mayBeInconclusive === true ? ["no key objective: it may be undecided"] : []),
  ];
}

/** "burn rate 4.8, at worst 16.1 over 3 s; 0.0019 % of the budget". */
function burnWords({ whole, worst, budgetShare }: BurnRate): string {
  const atWorst =
    worst === null ? "" : `, at worst ${formatNumber(worst.rate)} over ${formatSeconds(worst.to - worst.from)}`;
  const budget = budgetShare === null ? "" : `; ${formatShare(budgetShare)} of the budget`;
  return `burn rate ${formatNumber(whole)}${atWorst}${budget}`;
}

function recoveryWords({ seenSeconds, withinSeconds }: RecoveryTime): string {
  const seen = seenSeconds === 0 ? "never missed" : `back after at most ${formatSeconds(seenSeconds)}`;
  return `${seen}, ${formatSeconds(withinSeconds)} allowed`;
}
