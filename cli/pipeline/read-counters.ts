import { queriesOf } from "../../gates/counters/count-events.ts";
import { keepStarts, PROCESS_START } from "../../gates/instances/process-starts.ts";
import { jobsNamedBy } from "../../gates/instances/scraped-jobs.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import type { CounterEvidence, Evidence, QueryOutcome } from "../../lib/run/evidence.ts";
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
): Promise<ScrapeEvidence> {
  const scraped = counters.filter(({ countedBy }) => countedBy === "service");
  const named = jobsNamedBy(scraped.map(({ query }) => query));
  const jobs = new Set([...others, ...named, ...jobsIn(scraped.map(({ outcome }) => outcome))]);
  const { up, starts } = await readScrapes(prometheus, [...jobs], window);
  return { up, starts: keepStarts(starts) };
}

/** The jobs that series were scraped from, each once. */
export function jobsIn(outcomes: readonly QueryOutcome[]): readonly string[] {
  const series = outcomes.flatMap((outcome) => (outcome.kind === "ok" ? outcome.series : []));
  return [...new Set(series.flatMap(({ labels }) => labels["job"] ?? []))];
}

/** What is known of instances besides their counters. */
export type ScrapeEvidence = Required<Pick<Evidence, "up" | "starts">>;

const NOTHING: QueryOutcome = { kind: "ok", series: [], warnings: [], infos: [] };

/** When the instances of some jobs were scraped, and, at every scrape, when their processes started. */
export async function readScrapes(
  prometheus: Pick<PrometheusClient, "rawSamples">,
  jobs: readonly string[],
  window: Window,
): Promise<ScrapeEvidence> {
  if (jobs.length === 0) return { up: NOTHING, starts: NOTHING };
  const literal = jobs.map((job) => job.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  return readScrapedBy(prometheus, `{job=~${JSON.stringify(literal)}}`, window);
}

/** The same of what some matchers in braces select. */
export async function readScrapedBy(
  prometheus: Pick<PrometheusClient, "rawSamples">,
  matchers: string,
  window: Window,
): Promise<ScrapeEvidence> {
  const [up, starts] = await Promise.all([
    prometheus.rawSamples(`up${matchers}`, window),
    prometheus.rawSamples(`${PROCESS_START}${matchers}`, window),
  ]);
  return { up, starts };
}
