import type { RunEvent } from "../../lib/run/events.ts";
import type { Evidence, PhaseLoadEvidence, SeriesSamples } from "../../lib/run/evidence.ts";
import type { FaultPlan, GatePlan, RunPlan } from "../../lib/run/plan.ts";
import type { Window } from "../../lib/run/phase.ts";
import { PLAIN_EXPERIMENT } from "../../lib/testing/plain-experiment.ts";
import { isRatio, queriesOfIndicator } from "../model/indicators.ts";
import { keepStarts, PROCESS_START } from "../instances/process-starts.ts";
import { readSelector } from "../promql/selector.ts";
import { selects } from "../promql/selects.ts";
import { recordRequests } from "./record-requests.ts";
import type { Request } from "./record-requests.ts";

/** When the simulated load starts, in Unix seconds. */
export const LOAD_START = 1_700_000_000;
export const RUN_ID = "run-1";
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

/** A load of 40 s: its phases, each with its start in seconds after the load's and its rate. */
export type Shape = readonly (readonly [phase: string, startSeconds: number, rate: number])[];

/** A steady load with the phases of two faults. */
const STEADY: Shape = PHASES.map(([phase, startSeconds]) => [phase, startSeconds, 600]);

/** Five steps of a stress. */
export const STAIRCASE: Shape = [
  ["warmup", 0, 100],
  ["step/100", 5, 100],
  ["step/200", 12, 200],
  ["step/400", 19, 400],
  ["step/600", 26, 600],
  ["step/800", 33, 800],
];

/** How a simulated run differs from one in which all goes well; times are seconds after the load's start. */
export interface Simulation {
  readonly gate: GatePlan;
  /** Left out: a steady load with two faults; any other has none. */
  readonly shape?: Shape;
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

/** What a run of 40 s leaves to be judged, scraped and pushed every second; left alone, 600 requests/s with a slow and then a dead dependency. */
export interface SimulatedRun {
  readonly plan: RunPlan;
  readonly events: readonly RunEvent[];
  readonly evidence: Evidence;
}

/** Simulates a run request by request. */
export function simulateRun(simulation: Simulation): SimulatedRun {
  const { gate, apiDown, killTarget = "process/store", shape = STEADY } = simulation;
  const requests = timesOf(shape).map(({ at, phase }, index): Request => {
    const dead = apiDown !== undefined && at >= apiDown.from && at < apiDown.to;
    return {
      at,
      phase,
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
  const queries = gate.objectives.flatMap(({ indicator, crossCheck, countedBy }) => [
    ...(isRatio(indicator) ? queriesOfIndicator(indicator) : []).map((text) => ({ text, countedBy })),
    ...(crossCheck === null
      ? []
      : queriesOfIndicator(crossCheck).map((text) => ({ text, countedBy: "caller" as const }))),
  ]);
  const failed = requests.filter(({ status }) => !status.startsWith("2")).length;
  const answered = requests.filter(({ status }) => status !== "0").length;
  return {
    plan: planOf(gate, killTarget, shape),
    events: eventsOf(killTarget, shape),
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
      starts: keepStarts({ kind: "ok", series: query(PROCESS_START), warnings: [], infos: [] }),
      load: {
        k6ExitCode: 0,
        iterations: requests.filter(({ at }) => at >= WARMUP_SECONDS).length,
        droppedIterations: 0,
        exceptions: 0,
        scriptError: null,
        requests: requests.length,
        failedRequests: failed,
        unfinishedIterations: 0,
        requestsPushed: null,
        requestsSeenByService: answered,
        vusPeak: 40,
        cpuShare: 0.4,
        memoryPeakBytes: 200e6,
        startLagP99Seconds: 0.01,
        machine: { cores: 2, memoryBytes: 8e9, cpuShare: 0.7, stealShare: 0, othersCpuShare: 0.05 },
        thresholds: [{ metric: "http_req_failed", expression: "rate<0.01", held: true }],
        checks: [{ name: "is answered", passes: answered - failed, fails: failed }],
        phases: shape === STEADY ? [] : phaseLoads(shape, requests),
        failures: [],
      },
      charts: [],
      tools: {},
    },
  };
}

/** When each request is sent, and in which phase. */
function timesOf(shape: Shape): readonly { readonly at: number; readonly phase: string }[] {
  return shape.flatMap(([phase, start, rate], index) => {
    const seconds = (shape[index + 1]?.[1] ?? LOAD_SECONDS) - start;
    return Array.from({ length: rate * seconds }, (_, nth) => ({ at: start + nth / rate, phase }));
  });
}

function phaseLoads(shape: Shape, requests: readonly Request[]): readonly PhaseLoadEvidence[] {
  return shape.slice(1).map(([phase, start], index) => {
    const window = { from: start + 1, to: (shape[index + 2]?.[1] ?? LOAD_SECONDS) - 1 };
    return {
      phase,
      window: { from: LOAD_START + window.from, to: LOAD_START + window.to },
      iterations: requests.filter(({ at }) => at >= window.from && at < window.to).length,
      droppedIterations: 0,
      cpuShare: 0.3,
      startLagP99Seconds: 0.01,
    };
  });
}

function planOf(gate: GatePlan, killTarget: string, shape: Shape): RunPlan {
  const fault = (name: string, rest: Partial<FaultPlan>): FaultPlan => ({
    name,
    group: name,
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
    service: { name: "api", url: "http://127.0.0.1:8080", environment: null, countsRequests: true },
    load: {
      scenario: "ci",
      file: "scenarios/ci.ts",
      executor: "ramping-arrival-rate",
      unit: "iterations/s",
      stages: shape.map(([, startSeconds, rate], index) => ({
        startSeconds,
        endSeconds: shape[index + 1]?.[1] ?? LOAD_SECONDS,
        from: rate,
        to: rate,
      })),
      durationSeconds: LOAD_SECONDS,
      preAllocatedVUs: 800,
      maxVUs: 800,
      setupTimeoutSeconds: 60,
      gracefulStopSeconds: 5,
      warmupSeconds: WARMUP_SECONDS,
      phases: shape === STEADY ? [] : shape.slice(1).map(([phase, startSeconds]) => ({ phase, startSeconds })),
      constantMemory: false,
      overrides: { rate: null, durationSeconds: null, scale: null },
    },
    experiment:
      shape !== STEADY
        ? null
        : {
            name: "store-slow-then-dead",
            title: "The store gets slow, then dies",
            hypothesis: "People still get an answer.",
            file: "chaos/experiments/store-slow-then-dead.yaml",
            ...PLAIN_EXPERIMENT,
            faults: [
              fault("latency", {}),
              fault("process-kill", { nature: "instant", target: killTarget, callerCounts: true }),
            ],
          },
    gate,
    timeline: shape.map(([phase, startSeconds], index) => ({
      phase,
      startSeconds,
      endSeconds: shape[index + 1]?.[1] ?? LOAD_SECONDS,
    })),
    scrapeIntervalSeconds: 1,
    limits: {
      minDeliveredShare: 0.99,
      maxCpuShare: 0.8,
      maxStartLagSeconds: 0.25,
      maxCountMismatch: 0.01,
      maxVuShare: 0.9,
      maxMemoryShare: 0.5,
      maxStealShare: 0.1,
      maxOthersCpuShare: 0.25,
      maxExceptionShare: 0,
    },
  };
}

function eventsOf(killTarget: string, shape: Shape): readonly RunEvent[] {
  const measurement = { what: "latency", unit: "ms", before: 4, asked: 400, measured: 410 };
  const faults: readonly RunEvent[] = [
    { at: 17.02, type: "fault-injected", fault: "latency", target: "proxy/store" },
    { at: 17.5, type: "fault-proven", fault: "latency", measurement },
    { at: 27.01, type: "fault-undone", fault: "latency" },
    { at: 27.1, type: "undo-proven", fault: "latency", measurement },
    { at: 30.02, type: "fault-injected", fault: "process-kill", target: killTarget },
    { at: 30.04, type: "fault-proven", fault: "process-kill", measurement },
    { at: 31.8, type: "undo-proven", fault: "process-kill", measurement },
  ];
  const events: readonly RunEvent[] = [
    { at: -1, type: "run-started", runId: RUN_ID },
    { at: 0, type: "load-started" },
    ...shape.map(([phase, at]): RunEvent => ({ at, type: "phase", phase })),
    ...(shape === STEADY ? faults : []),
    { at: 40.1, type: "load-ended", k6ExitCode: 0 },
    { at: 41, type: "run-ended" },
  ];
  return events.map((event): RunEvent => ({ ...event, at: LOAD_START + event.at })).sort((a, b) => a.at - b.at);
}
