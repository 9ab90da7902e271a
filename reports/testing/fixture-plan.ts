import type { ObjectivePlan, RunPlan } from "../../lib/run/plan.ts";
import { TIMELINE } from "./timeline.ts";
import { PLAIN_EXPERIMENT } from "../../lib/testing/plain-experiment.ts";

const TOTAL = 'http_requests_total{job="checkout"}';
const BAD = 'http_requests_total{job="checkout",code=~"5.."}';
const BUCKETS = "http_request_duration_seconds";

/** The plan of every fixture: 600 requests/s for 40 s, a latency and a kill. */
export const PLAN: RunPlan = {
  schemaVersion: 1,
  runId: "20250614-093105-ci-7f3a9c",
  createdAt: "2025-06-14T09:31:05.000Z",
  tool: { name: "proofload", version: "0.1.0" },
  service: { name: "checkout", url: "http://127.0.0.1:8080", environment: "ci", countsRequests: true },
  load: {
    scenario: "ci",
    file: "scenarios/ci.ts",
    executor: "ramping-arrival-rate",
    unit: "iterations/s",
    stages: [
      { startSeconds: 0, endSeconds: 5, from: 60, to: 600 },
      { startSeconds: 5, endSeconds: 40, from: 600, to: 600 },
    ],
    durationSeconds: 40,
    preAllocatedVUs: 780,
    maxVUs: 780,
    setupTimeoutSeconds: 60,
    gracefulStopSeconds: 5,
    warmupSeconds: 5,
    phases: [],
    constantMemory: false,
    overrides: { rate: null, durationSeconds: null, scale: null },
  },
  experiment: {
    name: "slow-then-dead",
    title: "A slow network, then a killed process",
    hypothesis: "Checkout keeps answering while its network is slow, and is back within six seconds after a kill.",
    file: "chaos/experiments/slow-then-dead.yaml",
    ...PLAIN_EXPERIMENT,
    faults: [
      {
        name: "latency",
        group: "latency",
        kind: "latency",
        target: "proxy checkout",
        settings: { latencyMs: 120, jitterMs: 10 },
        startSeconds: 17,
        holdSeconds: 10,
        recoverySeconds: 3,
        callerCounts: false,
        nature: "held",
      },
      {
        name: "process-kill",
        group: "process-kill",
        kind: "process-kill",
        target: "process checkout",
        settings: { signal: "SIGKILL" },
        startSeconds: 30,
        holdSeconds: 4,
        recoverySeconds: 6,
        callerCounts: true,
        nature: "instant",
      },
    ],
  },
  gate: {
    name: "pr",
    file: "gates/pr.yaml",
    confidence: 0.95,
    failureBurst: 1,
    objectives: [
      availability("baseline", 0.999),
      latency("baseline", 0.99),
      availability("fault/latency", 0.999),
      latency("fault/latency", 0.99),
      availability("recovery/latency", 0.995),
      { ...availability("fault/process-kill", 0.5), countedBy: "caller" },
      { ...availability("recovery/process-kill", 0.99), countedBy: "caller" },
    ],
    capacity: null,
    abortWindowSeconds: 60,
  },
  timeline: [...TIMELINE],
  scrapeIntervalSeconds: 1,
  limits: {
    minDeliveredShare: 0.99,
    maxCpuShare: 0.8,
    maxStartLagSeconds: 0.1,
    maxCountMismatch: 0.01,
    maxVuShare: 0.9,
    maxMemoryShare: 0.5,
    maxStealShare: 0.1,
    maxOthersCpuShare: 0.25,
    maxExceptionShare: 0,
  },
};

/** The availability of the checkout in a phase. */
export function availability(phase: string, target: number): ObjectivePlan {
  return {
    slo: "checkout-availability",
    title: "Checkout answers without a server error",
    phase,
    target,
    abortOnFail: false,
    countedBy: "service",
    minEvents: null,
    crossCheck: null,
    indicator: { kind: "bad", bad: BAD, total: TOTAL },
    source: { file: "gates/slo/checkout-availability.yaml", line: 14 },
  };
}

/** The latency of the checkout in a phase. */
export function latency(phase: string, target: number): ObjectivePlan {
  return {
    slo: "checkout-latency",
    title: "Checkout answers quickly",
    phase,
    target,
    abortOnFail: false,
    countedBy: "service",
    minEvents: null,
    crossCheck: null,
    indicator: {
      kind: "good",
      good: `${BUCKETS}_bucket{job="checkout",le="0.25"}`,
      total: `${BUCKETS}_count{job="checkout"}`,
    },
    source: { file: "gates/slo/checkout-latency.yaml", line: 17 },
  };
}
