import type { Env } from "../../lib/env.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import { pushedPerSecond, pushedQuantile } from "../../lib/prometheus/recent.ts";
import type {
  ChartEvidence,
  CounterEvidence,
  Evidence,
  LoadEvidence,
  PrometheusEvidence,
  QueryOutcome,
} from "../../lib/run/evidence.ts";
import type { RunEvent } from "../../lib/run/events.ts";
import type { Window } from "../../lib/run/phase.ts";
import type { CountedBy, RatioIndicator, RunPlan } from "../../lib/run/plan.ts";
import { readLoadResults } from "./run-load.ts";

export interface CollectOptions {
  readonly env: Env;
  readonly plan: RunPlan;
  readonly events: readonly RunEvent[];
  readonly runDir: string;
  readonly prometheus: PrometheusClient;
  readonly serviceJobs: readonly string[];
  /** The selector that counts the service's requests. */
  readonly requestsSelector: string;
  readonly tools: Readonly<Record<string, string>>;
}

/** So long the newest samples may take until they can be queried. */
const VISIBLE_WITHIN_SECONDS = 5;
const VISIBLE_WITHIN_SCRAPES = 2;

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
  const up = await prometheus.rawSamples(`up{job=~"${options.serviceJobs.join("|")}"}`, window);
  const [counters, requests, load, charts] = await Promise.all([
    collectCounters(options, window),
    prometheus.rawSamples(options.requestsSelector, window),
    collectLoad(options, { from, to }),
    collectCharts(options, { from, to }),
  ]);
  return {
    schemaVersion: 1,
    runId: plan.runId,
    collectedAt: new Date(env.clock.now()).toISOString(),
    prometheus: prometheusEvidence(options, identity, up, { from, to }),
    window,
    counters,
    up,
    load: { ...load, requestsSeenByService: countFromZero(requests) },
    charts,
    tools: { ...options.tools, prometheus: identity.version },
  };
}

/** What can be said without Prometheus: k6's own summary, and that nothing else was to be had. */
async function collectWithout(options: CollectOptions, window: Window, load: Window): Promise<Evidence> {
  const away: QueryOutcome = { kind: "unreachable", message: `${options.prometheus.url} did not answer` };
  const own = await readOwnAccount(options);
  return {
    schemaVersion: 1,
    runId: options.plan.runId,
    collectedAt: new Date(options.env.clock.now()).toISOString(),
    prometheus: prometheusEvidence(options, null, away, load),
    window,
    counters: [],
    up: away,
    // k6's iterations are of the whole run: after the warm-up only Prometheus knows.
    load: { ...own, iterations: null, cpuShare: null, startLagP99Seconds: null, requestsSeenByService: null },
    charts: [],
    tools: options.tools,
  };
}

/** What k6 itself says of the whole run, by its exit, its summary and its log. */
async function readOwnAccount(
  options: CollectOptions,
): Promise<Omit<LoadEvidence, "iterations" | "cpuShare" | "startLagP99Seconds" | "requestsSeenByService">> {
  const { summary, scriptError } = await readLoadResults(options.runDir);
  const ended = options.events.find((event) => event.type === "load-ended");
  return {
    k6ExitCode: ended?.type === "load-ended" ? ended.k6ExitCode : null,
    droppedIterations: summary?.droppedIterations ?? null,
    requests: summary?.requests ?? null,
    failedRequests: summary?.failedRequests ?? null,
    vusMax: summary?.vusMax ?? null,
    scriptError,
  };
}

async function waitUntilVisible(options: CollectOptions, end: number): Promise<void> {
  const { env, prometheus, serviceJobs } = options;
  const newest = `min(timestamp(up{job=~"${serviceJobs.join("|")}"}))`;
  const seconds = Math.max(VISIBLE_WITHIN_SECONDS, VISIBLE_WITHIN_SCRAPES * options.plan.scrapeIntervalSeconds);
  const deadline = env.clock.monotonicMs() + seconds * 1000;
  while (env.clock.monotonicMs() < deadline) {
    const outcome = await prometheus.query(newest);
    if (outcome.kind !== "ok") return;
    const at = outcome.series[0]?.samples[0]?.[1];
    if (at !== undefined && at >= end) return;
    await env.clock.sleep(100);
  }
}

function collectCounters(options: CollectOptions, window: Window): Promise<readonly CounterEvidence[]> {
  const selectors = new Map<string, CountedBy>();
  const add = (indicator: RatioIndicator, countedBy: CountedBy): void => {
    selectors.set(indicator.total, countedBy);
    selectors.set(indicator.kind === "good" ? indicator.good : indicator.bad, countedBy);
  };
  for (const { indicator, crossCheck, countedBy } of options.plan.gate.objectives) {
    add(indicator, countedBy);
    if (crossCheck !== null) add(crossCheck, "caller");
  }
  return Promise.all(
    [...selectors].map(async ([query, countedBy]) => ({
      query,
      countedBy,
      outcome: await options.prometheus.rawSamples(query, window),
    })),
  );
}

async function collectLoad(options: CollectOptions, window: Window): Promise<LoadEvidence> {
  const { env, plan, prometheus } = options;
  const own = await readOwnAccount(options);
  const run = `testid="${plan.runId}"`;
  const judgedFrom = window.from + plan.load.warmupSeconds;
  // A range, so that phases which ended long ago count too; Prometheus 2.42 has no last_over_time of histograms.
  const lag = `sum(increase(k6_iteration_start_lag_seconds{${run}}[${rangeOf(window)}]))`;
  const [cpu, iterations, dropped, earliest, late] = await Promise.all([
    prometheus.rawSamples('process_cpu_seconds_total{job="k6"}', window),
    prometheus.rawSamples(`k6_iterations_total{${run}}`, window),
    prometheus.rawSamples(`k6_dropped_iterations_total{${run}}`, window),
    prometheus.query(`histogram_quantile(0.01, ${lag})`, window.to),
    prometheus.query(`histogram_quantile(0.99, ${lag})`, window.to),
  ]);
  const [p01, p99] = [firstValue(earliest), firstValue(late)];
  // k6 pushes this counter only once there is something to count.
  const droppedIterations = own.droppedIterations === 0 ? 0 : countSince(dropped, judgedFrom);
  return {
    ...own,
    iterations: countSince(iterations, judgedFrom),
    droppedIterations,
    cpuShare: shareOfCores(cpu, env.cpuCount),
    // Dropped iterations have no index: after the first of them every lag is too long.
    startLagP99Seconds: droppedIterations !== 0 || p01 === null || p99 === null ? null : finite(Math.max(0, p99 - p01)),
    requestsSeenByService: null,
  };
}

/** What counters of this run counted after a moment: k6 pushes running totals, which start at 0. */
function countSince(outcome: QueryOutcome, from: number): number | null {
  if (outcome.kind !== "ok" || outcome.series.length === 0) return null;
  let count = 0;
  for (const { samples } of outcome.series) {
    const before = samples.findLast(([at]) => at <= from)?.[1] ?? 0;
    count += (samples.at(-1)?.[1] ?? 0) - before;
  }
  return finite(count);
}

/** CPU seconds per second and core between the first and the last sample. */
function shareOfCores(outcome: QueryOutcome, cores: number): number | null {
  if (outcome.kind !== "ok") return null;
  const samples = outcome.series[0]?.samples ?? [];
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last[0] <= first[0]) return null;
  return (last[1] - first[1]) / (last[0] - first[0]) / cores;
}

/** Events counted by counters that began at 0 with this run: a value lower than the one before is a restart. */
function countFromZero(outcome: QueryOutcome): number | null {
  if (outcome.kind !== "ok" || outcome.series.length === 0) return null;
  let total = 0;
  for (const { samples } of outcome.series) {
    let before = 0;
    for (const [, value] of samples) {
      total += value >= before ? value - before : value;
      before = value;
    }
  }
  return finite(total);
}

async function collectCharts(options: CollectOptions, window: Window): Promise<readonly ChartEvidence[]> {
  const { prometheus, plan } = options;
  const run = `testid="${plan.runId}"`;
  const step = Math.max(1, Math.ceil((window.to - window.from) / 500));
  const line = async (label: string, query: string): Promise<ChartEvidence["lines"][number]> => {
    const outcome = await prometheus.queryRange(query, window, step);
    const samples = outcome.kind === "ok" ? (outcome.series[0]?.samples ?? []) : [];
    return { label, samples: samples.filter(([, value]) => Number.isFinite(value)) };
  };
  const seconds = window.to - window.from;
  const requests = pushedPerSecond(`k6_http_reqs_total{${run}}`, seconds);
  const failed = pushedPerSecond(`k6_http_reqs_total{${run},expected_response="false"}`, seconds);
  const quantile = (q: number): string => pushedQuantile(q, `k6_http_req_duration_seconds{${run}}`);
  return Promise.all([
    chart("rate", "Load", "requests/s", [line("requests", requests)]),
    chart("latency", "Latency", "seconds", [
      line("p50", quantile(0.5)),
      line("p95", quantile(0.95)),
      line("p99", quantile(0.99)),
    ]),
    // Before the first failure there is no series of failures: that is zero of something, as long as there are requests.
    chart("errors", "Errors", "ratio", [line("failed", `((${failed}) or 0 * (${requests})) / (${requests})`)]),
  ]);
}

async function chart(
  id: ChartEvidence["id"],
  title: string,
  unit: ChartEvidence["unit"],
  lines: readonly Promise<ChartEvidence["lines"][number]>[],
): Promise<ChartEvidence> {
  return { id, title, unit, lines: await Promise.all(lines) };
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

function rangeOf(window: Window): string {
  return `${Math.max(1, Math.ceil((window.to - window.from) * 1000))}ms`;
}

function firstValue(outcome: QueryOutcome): number | null {
  return outcome.kind === "ok" ? (outcome.series[0]?.samples[0]?.[1] ?? null) : null;
}

function finite(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : value;
}
