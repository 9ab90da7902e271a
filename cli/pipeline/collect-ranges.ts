import { rangeQueries } from "../../gates/model/indicators.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import { joinOutcomes } from "../../lib/prometheus/join-outcomes.ts";
import type { QueryOutcome, RangeEvidence } from "../../lib/run/evidence.ts";
import type { Window } from "../../lib/run/phase.ts";
import type { ObjectivePlan } from "../../lib/run/plan.ts";

/** Prometheus refuses more than 11,000 evaluations at once. */
const MOST_EVALUATIONS = 10_000;

/** Evaluates every expression of some objectives once per `stepSeconds`, which is the scrape interval. */
export function collectRanges(
  prometheus: Pick<PrometheusClient, "queryRange">,
  objectives: readonly ObjectivePlan[],
  asked: Window,
  stepSeconds: number,
): Promise<readonly RangeEvidence[]> {
  const window = evaluationWindow(asked, stepSeconds);
  return Promise.all(
    rangeQueries(objectives).map(async (query) => ({
      query,
      window,
      stepSeconds,
      outcome: await evaluate(prometheus, query, window, stepSeconds),
    })),
  );
}

/**
 * The times at which something is evaluated: from the first whole multiple of the step in a window on. Thanos's query frontend moves all others to one, and what is
 * asked must be what is answered. From the beginning where the window holds none. In whole milliseconds, as Prometheus counts.
 */
export function evaluationWindow({ from, to }: Window, stepSeconds: number): Window {
  const [beginMs, stepMs] = [Math.round(from * 1000), Math.max(1, Math.round(stepSeconds * 1000))];
  const alignedMs = Math.ceil(beginMs / stepMs) * stepMs;
  return { from: (alignedMs <= to * 1000 ? alignedMs : beginMs) / 1000, to };
}

async function evaluate(
  prometheus: Pick<PrometheusClient, "queryRange">,
  query: string,
  window: Window,
  stepSeconds: number,
): Promise<QueryOutcome> {
  const read: QueryOutcome[] = [];
  const failure = await evaluateInParts(prometheus, { query, window, stepSeconds }, (part) => read.push(part));
  return failure ?? joinOutcomes(read);
}

/** Asks for the evaluations of a query part by part, so many at once; ends with the first answer that failed, or null where none did. */
export async function evaluateInParts(
  prometheus: Pick<PrometheusClient, "queryRange">,
  { query, window: { from, to }, stepSeconds }: Pick<RangeEvidence, "query" | "window" | "stepSeconds">,
  take: (part: QueryOutcome) => void,
  evaluations = MOST_EVALUATIONS,
): Promise<QueryOutcome | null> {
  const span = evaluations * stepSeconds;
  for (let start = from; start <= to; start += span) {
    const end = Math.min(to, start + span - stepSeconds / 2);
    const outcome = await prometheus.queryRange(query, { from: start, to: end }, stepSeconds);
    if (outcome.kind !== "ok") return outcome;
    take(outcome);
  }
  return null;
}
