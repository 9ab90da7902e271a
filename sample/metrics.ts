import { Counter, Histogram, Registry, collectDefaultMetrics } from "prom-client";

import type { Observation } from "./http.ts";
import type { Route } from "./router.ts";

const DURATION_EDGES_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** A series that exists, at 0, before the first request: without it, the first increase can't be seen. */
export interface ExpectedRequests {
  readonly method: "GET" | "POST";
  readonly route: string;
  readonly statuses: readonly number[];
}

/** A registry with the process's own metrics (CPU, memory, `process_start_time_seconds`, …). */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** Counts requests in `http_requests_total` and `http_request_duration_seconds`, by method, route and status. */
export function createHttpMetrics(
  registry: Registry,
  expected: readonly ExpectedRequests[],
): (observation: Observation) => void {
  const labelNames = ["method", "route", "status"] as const;
  const total = new Counter({
    name: "http_requests_total",
    help: "Requests that were answered; status 499: the client left first.",
    labelNames,
    registers: [registry],
  });
  const duration = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time from a request's head to the end of its answer.",
    labelNames,
    buckets: DURATION_EDGES_SECONDS,
    registers: [registry],
  });
  for (const { method, route, statuses } of expected) {
    for (const status of statuses) {
      total.inc({ method, route, status: String(status) }, 0);
      duration.zero({ method, route, status: String(status) });
    }
  }
  return ({ method, route, status, durationSeconds }) => {
    // A text in both: the library tells 200 from "200" and would keep two series.
    const labels = { method, route, status: String(status) };
    total.inc(labels);
    duration.observe(labels, durationSeconds);
  };
}

/** The route that Prometheus scrapes. */
export function metricsRoute(registry: Registry): Route {
  return {
    method: "GET",
    template: "/metrics",
    internal: true,
    handle: async () => ({ status: 200, contentType: registry.contentType, body: await registry.metrics() }),
  };
}
