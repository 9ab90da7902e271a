import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import { pushedPerSecond, pushedQuantile } from "../../lib/prometheus/recent.ts";
import type { ChartEvidence } from "../../lib/run/evidence.ts";
import type { Window } from "../../lib/run/phase.ts";

const MOST_POINTS = 500;

/** Reads what the charts of a report show of the load, as k6 saw it: a point a second, or as many as are seen. */
export async function collectCharts(
  prometheus: PrometheusClient,
  runId: string,
  window: Window,
): Promise<readonly ChartEvidence[]> {
  const run = `testid="${runId}"`;
  const step = Math.max(1, Math.ceil((window.to - window.from) / MOST_POINTS));
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
