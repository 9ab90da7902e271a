import type { PrometheusClient } from "../../lib/prometheus/client.ts";

/** The last few seconds of the load as k6 saw them; a null is not known. */
export interface LiveNumbers {
  readonly requestsPerSecond: number | null;
  readonly p50Seconds: number | null;
  readonly p99Seconds: number | null;
  readonly errorRatio: number | null;
}

/** Asks Prometheus for the numbers of a run; whatever fails is null. */
export async function readNumbers(prometheus: PrometheusClient, runId: string): Promise<LiveNumbers> {
  const run = `testid="${runId}"`;
  const one = async (promql: string): Promise<number | null> => {
    const outcome = await prometheus.query(promql);
    const value = outcome.kind === "ok" ? outcome.series[0]?.samples[0]?.[1] : undefined;
    return value === undefined || !Number.isFinite(value) ? null : value;
  };
  const durations = `sum(rate(k6_http_req_duration_seconds{${run}}[4s]))`;
  const [requestsPerSecond, failedPerSecond, p50Seconds, p99Seconds] = await Promise.all([
    one(`sum(rate(k6_http_reqs_total{${run}}[4s]))`),
    one(`sum(rate(k6_http_reqs_total{${run},expected_response="false"}[4s]))`),
    one(`histogram_quantile(0.5, ${durations})`),
    one(`histogram_quantile(0.99, ${durations})`),
  ]);
  const known = requestsPerSecond !== null && requestsPerSecond > 0;
  return {
    requestsPerSecond,
    p50Seconds,
    p99Seconds,
    errorRatio: known ? (failedPerSecond ?? 0) / requestsPerSecond : null,
  };
}
