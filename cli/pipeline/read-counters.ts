import { queriesOf } from "../../gates/count-events.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import type { CounterEvidence, QueryOutcome } from "../../lib/run/evidence.ts";
import type { Window } from "../../lib/run/phase.ts";
import type { ObjectivePlan } from "../../lib/run/plan.ts";

/** A counter to be asked for. */
export type CounterQuery = Pick<CounterEvidence, "query" | "countedBy">;
type Counted = Pick<ObjectivePlan, "indicator" | "countedBy">;

/** The counters that some objectives count in, each once. */
export function counterQueries(objectives: readonly Counted[]): readonly CounterQuery[] {
  const asked = new Map<string, CounterQuery>();
  for (const objective of objectives) {
    const { countedBy } = objective;
    for (const query of queriesOf(objective)) asked.set(`${countedBy} ${query}`, { query, countedBy });
  }
  return [...asked.values()];
}

/** Their raw samples in a window. */
export function readCounters(
  prometheus: Pick<PrometheusClient, "rawSamples">,
  objectives: readonly Counted[],
  window: Window,
): Promise<readonly CounterEvidence[]> {
  return Promise.all(
    counterQueries(objectives).map(async (one) => ({
      ...one,
      outcome: await prometheus.rawSamples(one.query, window),
    })),
  );
}

/** When the instances were scraped that the counters come from, and the others of their jobs; of these jobs, too. */
export async function readUp(
  prometheus: Pick<PrometheusClient, "rawSamples">,
  counters: readonly CounterEvidence[],
  window: Window,
  others: readonly string[] = [],
): Promise<QueryOutcome> {
  const scraped = counters.filter(({ countedBy }) => countedBy === "service").map(({ outcome }) => outcome);
  return readUpOf(prometheus, [...new Set([...others, ...jobsIn(scraped)])], window);
}

/** The jobs that series were scraped from, each once. */
export function jobsIn(outcomes: readonly QueryOutcome[]): readonly string[] {
  const series = outcomes.flatMap((outcome) => (outcome.kind === "ok" ? outcome.series : []));
  return [...new Set(series.flatMap(({ labels }) => labels["job"] ?? []))];
}

/** When the instances of some jobs were scraped. */
export async function readUpOf(
  prometheus: Pick<PrometheusClient, "rawSamples">,
  jobs: readonly string[],
  window: Window,
): Promise<QueryOutcome> {
  if (jobs.length === 0) return { kind: "ok", series: [], warnings: [], infos: [] };
  const literal = jobs.map((job) => job.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  return prometheus.rawSamples(`up{job=~${JSON.stringify(literal)}}`, window);
}
