import type { RunEvent } from "../../lib/run/events.ts";
import type { Evidence, SeriesSamples } from "../../lib/run/evidence.ts";
import type { FaultPlan, GatePlan, RunPlan } from "../../lib/run/plan.ts";
import type { Window } from "../../lib/run/phase.ts";
import { readSelector } from "../promql.ts";
import { selects } from "../selects.ts";
import { recordRequests } from "./record-requests.ts";
import type { Request } from "./record-requests.ts";

/** When the simulated load starts, in Unix seconds. */
export const LOAD_START = 1_700_000_000;
export const RUN_ID = "run-1";
const RATE = 600;
const LOAD_SECONDS = 40;
const WARMUP_SECONDS = 5;

export const PHASES = [
  ["warmup", 0],
  ["baseline", 5],
  ["fault/latency", 17],
  ["recovery/latency", 27],
  ["fault/process-kill", 30],
  ["recovery/process-kill", 34],
] as const;

/** How a simulated run differs from one in which all goes well; times are seconds after the load's start. */
export interface Simulation {
  readonly gate: GatePlan;
  /** Status of the answer to the request with this number, sent at this time; 200 if left out. */
  readonly status?: (at: number, index: number) => string;
  readonly latencySeconds?: (at: number, index: number) => number;
  /** The api is dead in this time, and its counters start again after it. */
  readonly apiDown?: Window;
  /** What the kill is aimed at. */
  readonly killTarget?: string;
  /** Whether the api has its series of failures before the first failure. */
  readonly zeroed?: boolean;
}

/** What a run of 40 s leaves to be judged: 600 requests/s, scraped and pushed every second, with a slow and then a dead dependency. */
export interface SimulatedRun {
  readonly plan: RunPlan;
  readonly events: readonly RunEvent[];
  readonly evidence: Evidence;
}

/** Simulates a run request by request. */
export function simulateRun(simulation: Simulation): SimulatedRun {
  const { gate, apiDown, killTarget = "process/store" } = simulation;
  const requests = Array.from({ length: RATE * LOAD_SECONDS }, (_, index): Request => {
    const at = index / RATE;
    const dead = apiDown !== undefined && at >= apiDown.from && at < apiDown.to;
    return {
      at,
      phase: PHASES.findLast(([, start]) => start <= at)?.[0] ?? "warmup",
      route: index % 3 === 0 ? "/readings" : "/recovery",
      status: dead ? "0" : (simulation.status?.(at, index) ?? "200"),
      seconds: simulation.latencySeconds?.(at, index) ?? 0.004,
    };
  });
  const stored = recordRequests({
    requests,
    start: LOAD_START,
    runId: RUN_ID,
    apiDown,
    zeroed: simulation.zeroed ?? true,
  });
  const window = { from: LOAD_START - 2, to: LOAD_START + 42 };
  const query = (text: string): readonly SeriesSamples[] => {
    const reading = readSelector(text);
    return reading.kind === "refused" ? [] : stored.filter(({ labels }) => selects(reading.selector, labels) === true);
  };
  const queries = gate.objectives.flatMap(({ indicator, countedBy }) =>
    [indicator.total, indicator.kind === "good" ? indicator.good : indicator.bad].map((text) => ({ text, countedBy })),
  );
  const failed = requests.filter(({ status }) => !status.startsWith("2")).length;
  const answered = requests.filter(({ status }) => status !== "0").length;
  return {
    plan: planOf(gate, killTarget),
    events: eventsOf(killTarget),
    evidence: {
      schemaVersion: 1,
      runId: RUN_ID,
      collectedAt: "2023-11-14T22:14:22Z",
      prometheus: {
        reachable: true,
        url: "http://127.0.0.1:9090",
        version: "2.42.0",
        error: null,
        skewSeconds: 0.1,
        gaps: [],
      },
      window,
      counters: [...new Map(queries.map((one) => [`${one.countedBy} ${one.text}`, one])).values()].map(
        ({ text, countedBy }) => ({
          query: text,
          countedBy,
          outcome: { kind: "ok", series: query(text), warnings: [], infos: [] },
        }),
      ),
      up: { kind: "ok", series: query("up"), warnings: [], infos: [] },
      load: {
        k6ExitCode: 0,
        iterations: requests.filter(({ at }) => at >= WARMUP_SECONDS).length,
        droppedIterations: 0,
        requests: requests.length,
        failedRequests: failed,
        vusMax: 800,
        cpuShare: 0.4,
        startLagP99Seconds: 0.01,
        requestsSeenByService: answered,
        scriptError: null,
      },
      charts: [],
      tools: {},
    },
  };
}

function planOf(gate: GatePlan, killTarget: string): RunPlan {
  const fault = (name: string, rest: Partial<FaultPlan>): FaultPlan => ({
    name,
    kind: name,
    nature: "held",
    target: "proxy/store",
    settings: {},
    startSeconds: 0,
    holdSeconds: 0,
    recoverySeconds: 0,
    callerCounts: false,
    ...rest,
  });
  return {
    schemaVersion: 1,
    runId: RUN_ID,
    createdAt: "2023-11-14T22:13:20Z",
    tool: { name: "proofload", version: "0.0.0" },
    service: { name: "api", url: "http://127.0.0.1:8080", environment: null },
    load: {
      scenario: "ci",
      file: "scenarios/ci.ts",
      executor: "constant-arrival-rate",
      rate: RATE,
      durationSeconds: LOAD_SECONDS,
      preAllocatedVUs: 800,
      warmupSeconds: WARMUP_SECONDS,
    },
    experiment: {
      name: "store-slow-then-dead",
      title: "The store gets slow, then dies",
      hypothesis: "People still get an answer.",
      file: "chaos/experiments/store-slow-then-dead.yaml",
      faults: [
        fault("latency", {}),
        fault("process-kill", { nature: "instant", target: killTarget, callerCounts: true }),
      ],
    },
    gate,
    timeline: PHASES.map(([phase, startSeconds], index) => ({
      phase,
      startSeconds,
      endSeconds: PHASES[index + 1]?.[1] ?? LOAD_SECONDS,
    })),
    scrapeIntervalSeconds: 1,
    limits: { minDeliveredShare: 0.99, maxCpuShare: 0.8, maxStartLagSeconds: 0.25, maxCountMismatch: 0.01 },
  };
}

function eventsOf(killTarget: string): readonly RunEvent[] {
  const measurement = { what: "latency", unit: "ms", before: 4, asked: 400, measured: 410 };
  const events: readonly RunEvent[] = [
    { at: -1, type: "run-started", runId: RUN_ID },
    { at: 0, type: "load-started" },
    ...PHASES.map(([phase, at]): RunEvent => ({ at, type: "phase", phase })),
    { at: 17.02, type: "fault-injected", fault: "latency", target: "proxy/store" },
    { at: 17.5, type: "fault-proven", fault: "latency", measurement },
    { at: 27.01, type: "fault-undone", fault: "latency" },
    { at: 27.1, type: "undo-proven", fault: "latency", measurement },
    { at: 30.02, type: "fault-injected", fault: "process-kill", target: killTarget },
    { at: 30.04, type: "fault-proven", fault: "process-kill", measurement },
    { at: 31.8, type: "undo-proven", fault: "process-kill", measurement },
    { at: 40.1, type: "load-ended", k6ExitCode: 0 },
    { at: 41, type: "run-ended" },
  ];
  return events.map((event): RunEvent => ({ ...event, at: LOAD_START + event.at })).sort((a, b) => a.at - b.at);
}
