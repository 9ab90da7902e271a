import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import type { QueryOutcome } from "../../lib/run/evidence.ts";
import type { Window } from "../../lib/run/phase.ts";

/** Numbers of one run that k6 pushed, or that Prometheus scraped from k6; a null was not observed. */
export interface PushedNumbers {
  /** What a counter counted in a window; `absent` is what it means that there is no such series while k6 pushed others. */
  count(metric: string, window: Window, absent: number | null, matchers?: string): Promise<number | null>;
  /** Names of k6's checks that failed every time. */
  neverHeld(): Promise<readonly string[]>;
  /** Most VUs that were busy at once. */
  vusPeak(): Promise<number | null>;
  /** Most memory that k6 held, in bytes. */
  memoryPeak(): Promise<number | null>;
  /** Share of all cores that k6 used. */
  cpuShare(window: Window): Promise<number | null>;
  /** 99th percentile of how late iterations started, in seconds after the earliest hundredth. */
  startLag(window: Window): Promise<number | null>;
}

export interface PushedOptions {
  readonly prometheus: PrometheusClient;
  readonly runId: string;
  /** From the load's start to its end. */
  readonly load: Window;
  readonly cores: number;
}

/** A number, `absent` where nothing was stored, null where Prometheus did not answer as it should. */
type Reading = number | "absent" | null;

/** Reads what Prometheus holds of k6 in a run. */
export function createPushedNumbers({ prometheus, runId, load, cores }: PushedOptions): PushedNumbers {
  const run = `testid="${runId}"`;
  const read = async (promql: string, at: number): Promise<Reading> => readingOf(await prometheus.query(promql, at));
  const known = async (promql: string, at: number): Promise<number | null> => {
    const reading = await read(promql, at);
    return reading === "absent" ? null : reading;
  };
  // Everything k6 counts begins at 0 with the run and only grows: the highest total up to a moment is the total at it.
  const totalAt = async (selector: string, at: number): Promise<Reading> =>
    at <= load.from ? 0 : read(`sum(max_over_time(${selector}[${rangeOf(load.from, at)}]))`, at);
  const highest = (selector: string): Promise<number | null> =>
    known(`max(max_over_time(${selector}[${rangeOf(load.from, load.to)}]))`, load.to);
  let cpu: Promise<QueryOutcome> | null = null;
  return {
    count: async (metric, { from, to }, absent, matchers = "") => {
      const selector = `${metric}{${run}${matchers}}`;
      const [before, after] = await Promise.all([totalAt(selector, from), totalAt(selector, to)]);
      if (before === null || after === null) return null;
      if (after !== "absent") return after - (before === "absent" ? 0 : before);
      return absent === null || typeof (await totalAt(`k6_vus{${run}}`, to)) !== "number" ? null : absent;
    },
    neverHeld: async () => {
      const rates = `max by (check) (max_over_time(k6_checks_rate{${run}}[${rangeOf(load.from, load.to)}])) == 0`;
      const outcome = await prometheus.query(rates, load.to);
      return outcome.kind === "ok" ? outcome.series.flatMap(({ labels }) => labels["check"] ?? []) : [];
    },
    vusPeak: () => highest(`k6_vus{${run}}`),
    memoryPeak: () => highest('process_resident_memory_bytes{job="k6"}'),
    cpuShare: async (window) => {
      cpu ??= prometheus.rawSamples('process_cpu_seconds_total{job="k6"}', load);
      return shareOfCores(await cpu, window, cores);
    },
    startLag: async ({ from, to }) => {
      const range = rangeOf(from, to);
      // A range, so that series which ended long ago count too; Prometheus 2.42 has no last_over_time of histograms.
      const lags = `sum(increase(k6_iteration_start_lag_seconds{${run}}[${range}]))`;
      const [early, late] = await Promise.all([
        known(`histogram_quantile(0.01, ${lags})`, to),
        known(`histogram_quantile(0.99, ${lags})`, to),
      ]);
      if (early !== null && late !== null) return Math.max(0, late - early);
      // Without native histograms there are gauges, each of all of a series' life, which is a phase's.
      const gauge = (stat: string, over: string): string => `${over}(k6_iteration_start_lag_${stat}{${run}}[${range}])`;
      return known(`max(${gauge("p99", "max_over_time")} - ${gauge("p1", "min_over_time")})`, to);
    },
  };
}

/** CPU seconds per second and core between the first and the last sample of a window. */
function shareOfCores(outcome: QueryOutcome, { from, to }: Window, cores: number): number | null {
  if (outcome.kind !== "ok") return null;
  const samples = (outcome.series[0]?.samples ?? []).filter(([at]) => at >= from && at <= to);
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last[0] <= first[0]) return null;
  return (last[1] - first[1]) / (last[0] - first[0]) / cores;
}

function readingOf(outcome: QueryOutcome): Reading {
  if (outcome.kind !== "ok") return null;
  const value = outcome.series[0]?.samples[0]?.[1];
  if (value === undefined) return "absent";
  return Number.isFinite(value) ? value : null;
}

function rangeOf(from: number, to: number): string {
  return `${Math.max(1, Math.ceil((to - from) * 1000))}ms`;
}
