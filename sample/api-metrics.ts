import { Counter, Gauge, Histogram } from "prom-client";
import type { Registry } from "prom-client";

import type { RecoveryService } from "./recovery-service.ts";
import type { StoreResult } from "./store-client.ts";

const STORE_RESULTS: readonly StoreResult[] = ["ok", "retry", "timeout", "error", "short_circuited"];
const FALLBACKS = ["last_known", "outbox"] as const;

/** The series that the api has from its first scrape on. */
export const EXPECTED_REQUESTS = [
  { method: "POST", route: "/readings", statuses: [201, 202, 400, 413, 429, 499, 500, 503] },
  { method: "GET", route: "/recovery/:person", statuses: [200, 400, 404, 429, 499, 500, 503] },
  { method: "GET", route: "other", statuses: [404, 429] },
] as const;

/** What the api counts besides its requests. */
export interface ApiMetrics {
  rateLimited(): void;
  storeResult(result: StoreResult): void;
  fallback(kind: (typeof FALLBACKS)[number]): void;
  /** A reading that was accepted. */
  reading(hrvRmssdMs: number): void;
  /** A recovery that was answered. */
  recovery(recoveryScore: number, sleepDebtHours: number): void;
  /** Shows the service's outbox in `outbox_readings`. */
  watch(service: RecoveryService): void;
}

/** Registers the api's own metrics; none has a person in a label. */
export function createApiMetrics(registry: Registry): ApiMetrics {
  const registers = [registry];
  const rateLimited = new Counter({
    name: "rate_limit_exceeded_total",
    help: "Requests that were answered 429.",
    registers,
  });
  const store = new Counter({
    name: "store_requests_total",
    help: "Attempts to reach the store, by what became of them; retry counts the repeats among them.",
    labelNames: ["result"] as const,
    registers,
  });
  const fallback = new Counter({
    name: "fallback_total",
    help: "Answers given without the store.",
    labelNames: ["kind"] as const,
    registers,
  });
  const hrv = new Histogram({
    name: "hrv_rmssd_ms",
    help: "Heart rate variability of the readings accepted.",
    buckets: [10, 20, 30, 40, 50, 60, 80, 100, 150, 200],
    registers,
  });
  const debt = new Histogram({
    name: "sleep_debt_hours",
    help: "Sleep debt of the recoveries answered.",
    buckets: [0, 1, 2, 4, 7, 10, 14, 21, 28],
    registers,
  });
  const score = new Histogram({
    name: "recovery_score",
    help: "Score of the recoveries answered, 0 to 100.",
    buckets: [10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
    registers,
  });
  for (const result of STORE_RESULTS) store.inc({ result }, 0);
  for (const kind of FALLBACKS) fallback.inc({ kind }, 0);

  return {
    rateLimited: () => rateLimited.inc(),
    storeResult: (result) => store.inc({ result }),
    fallback: (kind) => fallback.inc({ kind }),
    reading: (hrvRmssdMs) => hrv.observe(hrvRmssdMs),
    recovery: (recoveryScore, sleepDebtHours) => {
      score.observe(recoveryScore);
      debt.observe(sleepDebtHours);
    },
    watch: (service) => {
      const gauge: Gauge = new Gauge({
        name: "outbox_readings",
        help: "Readings accepted that the store has yet to get.",
        registers,
        collect: () => gauge.set(service.outboxReadings),
      });
    },
  };
}
