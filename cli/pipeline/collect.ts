import { isRatio } from "../../gates/model/indicators.ts";
import { keepStarts } from "../../gates/instances/process-starts.ts";
import type { Env } from "../../lib/env.ts";
import type { ProgramUse } from "../../lib/machine/program-use.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import type {
  CounterEvidence,
  Evidence,
  MachineEvidence,
  PrometheusEvidence,
  QueryOutcome,
} from "../../lib/run/evidence.ts";
import type { RunEvent } from "../../lib/run/events.ts";
import type { Window } from "../../lib/run/phase.ts";
import type { RunPlan } from "../../lib/run/plan.ts";
import { collectCharts } from "./collect-charts.ts";
import { collectLoad } from "./collect-load.ts";
import { collectPresence, jobsOfRanges } from "./collect-presence.ts";
import { collectRanges } from "./collect-ranges.ts";
import { readCounters, readScrapedBy } from "./read-counters.ts";

export interface CollectOptions {
  readonly env: Env;
  readonly plan: RunPlan;
  readonly events: readonly RunEvent[];
  readonly runDir: string;
  readonly prometheus: PrometheusClient;
  readonly serviceJobs: readonly string[];
  /** The selector that counts the service's requests, if there is one. */
  readonly requestsSelector: string | null;
  readonly machine: MachineEvidence;
  /** What this machine saw of k6. */
  readonly k6: ProgramUse;
  /** Whether Prometheus scrapes the run's k6: one of somebody else's does not. */
  readonly scrapesK6: boolean;
  readonly tools: Readonly<Record<string, string>>;
}

/** So long the newest samples may take until they can be queried. */
const VISIBLE_WITHIN_SECONDS = 5;
const VISIBLE_WITHIN_SCRAPES = 2;

/** So long after a load its last samples are waited for. */
export function visibleWithinSeconds(scrapeIntervalSeconds: number): number {
  return Math.max(VISIBLE_WITHIN_SECONDS, VISIBLE_WITHIN_SCRAPES * scrapeIntervalSeconds);
}

/** Reads everything that a verdict or a report needs, once the load has ended; backends that fail are part of the evidence. */
export async function collectEvidence(options: CollectOptions): Promise<Evidence> {
  const { env, plan, events, prometheus } = options;
  const interval = plan.scrapeIntervalSeconds;
  const now = env.clock.now() / 1000;
  const from = timeOf(events, "load-started") ?? now;
  const to = timeOf(events, "load-ended") ?? now;
  const window: Window = { from: from - 5 * interval, to: to + 2 * interval };
  const identity = await prometheus.identify();
  // One that does not answer at all would take minutes to not answer every query.
  if (identity === null) return collectWithout(options, window, { from, to });
  await waitUntilVisible(options, to);
  const { objectives } = plan.gate;
  const presence = await collectPresence({ prometheus, objectives, window, kept: { testid: plan.runId } }, interval);
  const scraped = scrapedBy({
    ...options,
    serviceJobs: [...options.serviceJobs, ...jobsOfRanges(objectives, presence)],
  });
  const { up, starts } =
    scraped === null
      ? { up: NOTHING_SCRAPED, starts: NOTHING_SCRAPED }
      : await readScrapedBy(prometheus, scraped, window);
  const [counters, ranges, requests, load, charts] = await Promise.all([
    collectCounters(options, window),
    collectRanges(prometheus, objectives, window, interval),
    options.requestsSelector === null ? null : prometheus.rawSamples(options.requestsSelector, window),
    collectLoad({ ...options, window: { from, to } }),
    collectCharts(prometheus, plan.runId, { from, to }),
  ]);
  return {
    schemaVersion: 1,
    runId: plan.runId,
    collectedAt: new Date(env.clock.now()).toISOString(),
    prometheus: prometheusEvidence(options, identity, up, { from, to }),
    window,
    counters,
    ...(ranges.length === 0 ? {} : { ranges, presence }),
    up,
    starts: keepStarts(starts),
    load: { ...load, requestsSeenByService: requests === null ? null : countSince(requests, from) },
    charts,
    tools: { ...options.tools, prometheus: identity.version },
  };
}

/** What can be said without Prometheus: k6's own summary, and that nothing else was to be had. */
async function collectWithout(options: CollectOptions, window: Window, load: Window): Promise<Evidence> {
  const away: QueryOutcome = { kind: "unreachable", message: `${options.prometheus.url} did not answer` };
  const own = await collectLoad({ ...options, prometheus: null, window: load });
  return {
    schemaVersion: 1,
    runId: options.plan.runId,
    collectedAt: new Date(options.env.clock.now()).toISOString(),
    prometheus: prometheusEvidence(options, null, away, load),
    window,
    counters: [],
    up: away,
    load: { ...own, requestsSeenByService: null },
    charts: [],
    tools: options.tools,
  };
}

async function waitUntilVisible(options: CollectOptions, end: number): Promise<void> {
  const { env, prometheus } = options;
  const scraped = scrapedBy(options);
  if (scraped === null) return;
  const newest = `min(timestamp(up${scraped}))`;
  const deadline = env.clock.monotonicMs() + visibleWithinSeconds(options.plan.scrapeIntervalSeconds) * 1000;
  while (env.clock.monotonicMs() < deadline) {
    const outcome = await prometheus.query(newest);
    if (outcome.kind !== "ok" || outcome.series.length === 0) return;
    const at = outcome.series[0]?.samples[0]?.[1];
    if (at !== undefined && at >= end) return;
    await env.clock.sleep(100);
  }
}

function collectCounters({ plan, prometheus }: CollectOptions, window: Window): Promise<readonly CounterEvidence[]> {
  const counted = plan.gate.objectives.flatMap(({ indicator, crossCheck, countedBy }) => [
    ...(isRatio(indicator) ? [{ indicator, countedBy }] : []),
    ...(crossCheck === null ? [] : [{ indicator: crossCheck, countedBy: "caller" as const }]),
  ]);
  return readCounters(prometheus, counted, window);
}

/** Events counted since the load began: a series that is younger was born at 0, a value lower than the one before is a restart. */
function countSince(outcome: QueryOutcome, from: number): number | null {
  if (outcome.kind !== "ok" || outcome.series.length === 0) return null;
  let total = 0;
  for (const { samples } of outcome.series) {
    let before = samples.findLast(([at]) => at <= from)?.[1] ?? 0;
    for (const [at, value] of samples) {
      if (at <= from) continue;
      total += value >= before ? value - before : value;
      before = value;
    }
  }
  return finite(total);
}

function prometheusEvidence(
  options: CollectOptions,
  identity: Awaited<ReturnType<PrometheusClient["identify"]>>,
  up: QueryOutcome,
  load: Window,
): PrometheusEvidence {
  const gaps: Window[] = [];
  let lostAt: number | null = null;
  for (const event of options.events) {
    if (event.type === "prometheus-lost") lostAt = event.at;
    if (event.type === "prometheus-back" && lostAt !== null) {
      gaps.push({ from: lostAt, to: event.at });
      lostAt = null;
    }
  }
  if (lostAt !== null) gaps.push({ from: lostAt, to: Math.max(lostAt, load.to) });
  return {
    reachable: up.kind !== "unreachable",
    url: options.prometheus.url,
    version: identity?.version ?? null,
    error: up.kind === "ok" ? null : up.message,
    skewSeconds: identity?.skewSeconds ?? null,
    gaps,
  };
}

function timeOf(events: readonly RunEvent[], type: RunEvent["type"]): number | null {
  return events.find((event) => event.type === type)?.at ?? null;
}

const NOTHING_SCRAPED: QueryOutcome = { kind: "ok", series: [], warnings: [], infos: [] };

/** Matchers of what was scraped: the service, or k6 where the service has no metrics; null where that is another k6. */
function scrapedBy({ serviceJobs, scrapesK6 }: Pick<CollectOptions, "serviceJobs" | "scrapesK6">): string | null {
  if (serviceJobs.length === 0 && !scrapesK6) return null;
  return `{job=~"${serviceJobs.length === 0 ? "k6" : serviceJobs.join("|")}"}`;
}

function finite(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : value;
}
