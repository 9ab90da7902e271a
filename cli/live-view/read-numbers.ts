import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import { pushedPerSecond, pushedQuantile } from "../../lib/prometheus/recent.ts";
import type { RunPlan } from "../../lib/run/plan.ts";

/** The last few seconds of the load as k6 saw them; a null is not known. */
export interface LiveNumbers {
  readonly requestsPerSecond: number | null;
  readonly p50Seconds: number | null;
  readonly p99Seconds: number | null;
  readonly errorRatio: number | null;
  /** Iterations so far that ended with an exception. */
  readonly exceptions: number | null;
}

/** Asks Prometheus for the numbers of a run at a moment (Unix seconds); whatever fails is null. */
export async function readNumbers(prometheus: PrometheusClient, plan: RunPlan, at: number): Promise<LiveNumbers> {
  const run = `testid="${plan.runId}"`;
  const one = async (promql: string): Promise<number | null> => {
    const outcome = await prometheus.query(promql, at);
    const value = outcome.kind === "ok" ? outcome.series[0]?.samples[0]?.[1] : undefined;
    return value === undefined || !Number.isFinite(value) ? null : value;
  };
  const perSecond = (labels: string): string =>
    pushedPerSecond(`k6_http_reqs_total{${labels}}`, plan.load.durationSeconds);
  const quantile = (q: number): string => pushedQuantile(q, `k6_http_req_duration_seconds{${run}}`);
  const [requestsPerSecond, failedPerSecond, p50Seconds, p99Seconds, exceptions] = await Promise.all([
    one(perSecond(run)),
    one(perSecond(`${run},expected_response="false"`)),
    one(quantile(0.5)),
    one(quantile(0.99)),
    one(`sum(k6_iteration_exceptions_total{${run}})`),
  ]);
  const known = requestsPerSecond !== null && requestsPerSecond > 0;
  return {
    requestsPerSecond,
    p50Seconds,
    p99Seconds,
    exceptions,
    errorRatio: known ? (failedPerSecond ?? 0) / requestsPerSecond : null,
  };
}
