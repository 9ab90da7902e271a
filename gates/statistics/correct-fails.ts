import type { ObjectiveVerdict } from "../../lib/run/verdict.ts";
import { formatCount, formatShare } from "../format.ts";
import { eventsToDecide } from "./interval.ts";
import type { Decision } from "./interval.ts";

/**
 * Takes back the fails that may be chance because many objectives were judged at once: the smallest of m chances must be below
 * (1 − confidence) / m, the next below (1 − confidence) / (m − 1), and so on up to the first that is not. So the chance of any wrong fail
 * in the gate stays below 1 − confidence. S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
 * Statistics 6 (1979), 65–70. A pass of all needs no such thing: each objective must hold by itself (an intersection-union test,
 * R. L. Berger, Technometrics 24 (1982), 295–300).
 */
export function correctFails(objectives: readonly ObjectiveVerdict[], confidence: number): readonly ObjectiveVerdict[] {
  const tested = objectives
    .flatMap((objective) =>
      objective.missProbability === null ? [] : [{ objective, chance: objective.missProbability }],
    )
    .toSorted((a, b) => a.chance - b.chance);
  const limitAt = (rank: number): number => (1 - confidence) / (tested.length - rank);
  const rejected = tested.findIndex(({ chance }, rank) => chance >= limitAt(rank));
  if (rejected < 0) return objectives;
  const limit = limitAt(rejected);
  const open = new Set(tested.slice(rejected).map(({ objective }) => objective));
  return objectives.map((objective) =>
    objective.verdict === "fail" && open.has(objective) ? takeBack(objective, limit, tested.length) : objective,
  );
}

function takeBack(objective: ObjectiveVerdict, limit: number, count: number): ObjectiveVerdict {
  const { target, events, interval, missProbability } = objective;
  const weight = interval === null || events === null ? 1 : interval.effectiveEvents.high / events.total;
  const needed = eventsToDecide(
    shareSeen(events) ?? target,
    target,
    1 - limit,
    { pass: weight, fail: weight },
    events?.lost,
  );
  const message =
    `of ${formatCount(count)} objectives judged at once one may miss ${formatShare(target)} by chance: for so many bad events that is ` +
    `${formatShare(missProbability ?? 1)}, and must be below ${formatShare(limit)}; ${moreWords(needed)}`;
  return {
    ...objective,
    verdict: "inconclusive" satisfies Decision,
    eventsToDecide: needed,
    reason: { code: "fail-not-significant", message },
  };
}

/** The share of good events among those that were seen; null where none were. */
function shareSeen(events: ObjectiveVerdict["events"]): number | null {
  return events === null ? null : events.good / (events.total - (events.lost ?? 0));
}

/** What more events would do: "about 4,742 events would decide". */
export function moreWords(needed: number | null): string {
  return needed === null ? "no number of such events would decide" : `about ${formatCount(needed)} events would decide`;
}
