import type { ObjectivePlan } from "../../lib/run/plan.ts";
import type { Interval, ObjectiveVerdict, Reason, VerdictWord } from "../../lib/run/verdict.ts";
import { LOAD_START, TIMELINE } from "./timeline.ts";

/** An objective with the events that were counted, judged as the interval says; null is no events at all. */
export function judged(
  plan: ObjectivePlan,
  events: { readonly good: number; readonly total: number } | null,
): ObjectiveVerdict {
  const phase = TIMELINE.find((entry) => entry.phase === plan.phase);
  const window = phase && { from: LOAD_START + phase.startSeconds, to: LOAD_START + phase.endSeconds };
  const interval = events === null ? null : wilson(events.good, events.total);
  const reason = reasonFor(interval, plan.target);
  return {
    slo: plan.slo,
    title: plan.title,
    phase: plan.phase,
    verdict: VERDICTS[reason.code] ?? "error",
    reason,
    target: plan.target,
    value: events === null ? null : events.good / events.total,
    interval,
    events,
    missProbability: events === null ? null : 0.5,
    eventsToDecide: reason.code === "interval-straddles" ? 4742 : null,
    countedBy: plan.countedBy,
    windowAsked: window ?? null,
    windowCovered: events === null ? null : (window ?? null),
    seriesSeen: events === null ? 0 : 3,
    instancesSeen: events === null ? [] : ["127.0.0.1:8080"],
    queries:
      plan.indicator.kind === "good"
        ? [plan.indicator.good, plan.indicator.total]
        : plan.indicator.kind === "bad"
          ? [plan.indicator.bad, plan.indicator.total]
          : [],
    warnings: [],
    infos: [],
    excused: plan.phase.endsWith("process-kill")
      ? ["a restart of 127.0.0.1:8080 that fault process-kill declared"]
      : [],
    source: plan.source,
  };
}

const VERDICTS: Readonly<Record<string, VerdictWord>> = {
  "interval-inside": "pass",
  "interval-outside": "fail",
  "interval-straddles": "inconclusive",
  "no-data": "inconclusive",
};

function reasonFor(interval: Interval | null, target: number): Reason {
  if (interval === null) return { code: "no-data", message: "no series matched in the window" };
  if (interval.low >= target) return { code: "interval-inside", message: "the whole interval meets the objective" };
  if (interval.high < target) return { code: "interval-outside", message: "the whole interval misses the objective" };
  return { code: "interval-straddles", message: "the interval holds the objective: too few events to decide" };
}

/** An interval near enough to the exact one for a picture: Wilson's, with one-sided bounds of 95 %. */
function wilson(good: number, total: number): Interval {
  const z = 1.6449;
  const share = good / total;
  const scale = 1 + z ** 2 / total;
  const middle = (share + z ** 2 / (2 * total)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / total + z ** 2 / (4 * total ** 2));
  return {
    low: Math.max(0, middle - half),
    high: Math.min(1, middle + half),
    confidence: 0.95,
    method: "clopper-pearson",
    effectiveEvents: { low: total, high: total },
  };
}
