import type { RunEvent } from "../../lib/run/events.ts";
import type { RunPlan } from "../../lib/run/plan.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import type { ObjectiveVerdict } from "../../lib/run/verdict.ts";
import { fixtureEvidence } from "./fixture-evidence.ts";
import { judged } from "./fixture-objectives.ts";
import { latency, PLAN } from "./fixture-plan.ts";
import { LOAD, PASS_VERDICT } from "./fixture-verdict.ts";
import { LOAD_START } from "./timeline.ts";

/** Steps of 10 s, with the good ones of the requests that were counted in each; the last was not reached. */
const STEPS = [
  { phase: "step/200", rate: 200, startSeconds: 5, good: 1600 },
  { phase: "step/400", rate: 400, startSeconds: 15, good: 3198 },
  { phase: "step/600", rate: 600, startSeconds: 25, good: 2100 },
  { phase: "step/800", rate: 800, startSeconds: 35, good: null },
] as const;

const plan: RunPlan = {
  ...PLAN,
  load: {
    ...PLAN.load,
    scenario: "stress",
    file: "scenarios/stress.ts",
    stages: [
      { startSeconds: 0, endSeconds: 5, from: 20, to: 200 },
      ...STEPS.map(({ rate, startSeconds }) => ({
        startSeconds,
        endSeconds: startSeconds + 10,
        from: rate,
        to: rate,
      })),
    ],
    durationSeconds: 45,
    phases: STEPS.map(({ phase, startSeconds }) => ({ phase, startSeconds })),
    overrides: { rate: 800, durationSeconds: 45, scale: 0.5 },
  },
  experiment: null,
  gate: {
    ...PLAN.gate,
    name: "stress",
    objectives: STEPS.map(({ phase }) => ({ ...latency(phase, 0.95), abortOnFail: true })),
    capacity: { atLeast: 400 },
  },
  timeline: STEPS.map(({ phase, startSeconds }) => ({ phase, startSeconds, endSeconds: startSeconds + 10 })),
};

const windows = STEPS.slice(0, 3).map(({ phase, startSeconds }) => ({
  phase,
  from: LOAD_START + startSeconds + 1,
  to: LOAD_START + startSeconds + 9,
}));
const objectives = plan.gate.objectives.map((objective, index): ObjectiveVerdict => {
  const step = STEPS[index];
  const good = step?.good ?? null;
  return judged(objective, good === null ? null : { good, total: (step?.rate ?? 0) * 8 });
});
const evidence = fixtureEvidence({ seconds: 34, slowSeconds: 0.29 });
const events: readonly RunEvent[] = [
  { at: LOAD_START - 2, type: "run-started", runId: PLAN.runId },
  { at: LOAD_START, type: "load-started" },
  ...STEPS.slice(0, 3).map(({ phase, startSeconds }) => ({
    at: LOAD_START + startSeconds,
    type: "phase" as const,
    phase,
  })),
  {
    at: LOAD_START + 34,
    type: "objective-broke",
    slo: "checkout-latency",
    phase: "step/600",
    target: 0.95,
    good: 2100,
    total: 4800,
    windowSeconds: 8,
  },
  { at: LOAD_START + 35, type: "load-ended", k6ExitCode: 105 },
  { at: LOAD_START + 38, type: "run-ended" },
];

/** A search for the highest rate, ended in the step that broke: more than was asked for held. */
export const STRESS: RunRecord = {
  plan,
  events,
  evidence: {
    ...evidence,
    load: {
      ...evidence.load,
      k6ExitCode: 105,
      droppedIterations: 412,
      startLagP99Seconds: null,
      phases: windows.map((window, index) => ({
        phase: window.phase,
        window,
        iterations: (STEPS[index]?.rate ?? 0) * 8,
        droppedIterations: index === 2 ? 412 : 0,
        cpuShare: 0.1 * (index + 1),
        startLagP99Seconds: index === 2 ? null : 0.004,
      })),
    },
  },
  verdict: {
    ...PASS_VERDICT,
    summary: "held 400 iterations/s, broke at 600 (checkout-latency)",
    reasons: [],
    objectives,
    faults: [],
    load: { ...LOAD, plannedIterations: 4800, startedIterations: 4800 },
    capacity: {
      verdict: "pass",
      reason: { code: "capacity-reached", message: "every objective held up to 400 iterations/s, 400 asked" },
      heldRate: 400,
      brokeRate: 600,
      brokeBy: ["checkout-latency"],
      atLeast: 400,
      steps: [
        { phase: "step/200", rate: 200, verdict: "pass", why: null },
        { phase: "step/400", rate: 400, verdict: "pass", why: null },
        { phase: "step/600", rate: 600, verdict: "fail", why: "checkout-latency: 43.8 % seen, 95 % promised" },
        { phase: "step/800", rate: 800, verdict: "not-reached", why: "the load was ended in step/600" },
      ],
    },
    phases: windows,
  },
};

/** A run of VUs that call as fast as they are answered, whose iterations nobody planned. */
export const CLOSED: RunRecord = {
  plan: {
    ...PLAN,
    service: { ...PLAN.service, countsRequests: false },
    load: {
      ...PLAN.load,
      executor: "constant-vus",
      unit: "VUs",
      stages: [{ startSeconds: 0, endSeconds: 40, from: 20, to: 20 }],
    },
    experiment: null,
  },
  events,
  evidence: {
    ...evidence,
    load: {
      ...evidence.load,
      memoryPeakBytes: null,
      machine: { cores: 8, memoryBytes: null, cpuShare: null, stealShare: null, othersCpuShare: null },
      thresholds: [],
      checks: [],
      failures: [],
    },
  },
  verdict: {
    ...PASS_VERDICT,
    faults: [],
    load: { ...LOAD, plannedIterations: null, deliveredShare: null, requestsSeenByService: null },
  },
};
