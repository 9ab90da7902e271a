import { rangeQueries } from "../../gates/indicators.ts";
import { jobsOf } from "../../gates/scraped-jobs.ts";
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
  { from, to }: Window,
  stepSeconds: number,
): Promise<readonly RangeEvidence[]> {
  const window = { from: firstEvaluation(from, to, stepSeconds), to };
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
 * The first whole multiple of the step in a window: Thanos's query frontend moves all others to one, and what is asked must be what is
 * answered. The beginning where the window holds none. In whole milliseconds, as Prometheus counts.
 */
function firstEvaluation(from: number, to: number, stepSeconds: number): number {
  const [beginMs, stepMs] = [Math.round(from * 1000), Math.max(1, Math.round(stepSeconds * 1000))];
  const alignedMs = Math.ceil(beginMs / stepMs) * stepMs;
  return (alignedMs <= to * 1000 ? alignedMs : beginMs) / 1000;
}

/** Jobs that the expressions on the service's metrics name. */
export function jobsOfRanges(objectives: readonly ObjectivePlan[]): readonly string[] {
  return jobsOf(rangeQueries(objectives.filter(({ countedBy }) => countedBy === "service")));
}

async function evaluate(
  prometheus: Pick<PrometheusClient, "queryRange">,
  query: string,
  { from, to }: Window,
  stepSeconds: number,
): Promise<QueryOutcome> {
  const read: QueryOutcome[] = [];
  const span = MOST_EVALUATIONS * stepSeconds;
  for (let start = from; start <= to; start += span) {
    const end = Math.min(to, start + span - stepSeconds / 2);
    const outcome = await prometheus.queryRange(query, { from: start, to: end }, stepSeconds);
    if (outcome.kind !== "ok") return outcome;
    read.push(outcome);
  }
  return joinOutcomes(read);
}
