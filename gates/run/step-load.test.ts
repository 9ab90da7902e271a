import { expect, test } from "vitest";

import type { LoadPlan, LoadStage } from "../../lib/run/load.ts";
import { judgePhaseLoad, levelOf } from "./step-load.ts";
import { simulateRun } from "../testing/simulate-run.ts";

const stage = (startSeconds: number, endSeconds: number, from: number, to: number): LoadStage => ({
  startSeconds,
  endSeconds,
  from,
  to,
});
const load = (stages: readonly LoadStage[]): LoadPlan => ({
  scenario: "stress",
  file: "scenarios/stress.ts",
  executor: "ramping-arrival-rate",
  unit: "iterations/s",
  stages,
  durationSeconds: 20,
  preAllocatedVUs: 100,
  maxVUs: 100,
  setupTimeoutSeconds: 60,
  gracefulStopSeconds: 5,
  warmupSeconds: 0,
  phases: [],
  constantMemory: false,
  overrides: { rate: null, durationSeconds: null, scale: null },
});
const phase = { phase: "step/200", startSeconds: 0, endSeconds: 20 };

test.each([
  ["is what it holds after the climb", [stage(0, 2, 100, 200), stage(2, 20, 200, 200)], 200],
  ["is what it holds longest", [stage(0, 8, 100, 100), stage(8, 20, 200, 200)], 200],
  ["adds up holds of one level", [stage(0, 7, 100, 100), stage(7, 13, 300, 300), stage(13, 20, 100, 100)], 100],
  ["is the mean of a climb that never holds", [stage(0, 20, 100, 300)], 200],
  ["takes no part of other phases", [stage(-50, 5, 900, 900), stage(5, 20, 200, 200)], 200],
])("the rate of a step %s", (_, stages, rate) => {
  expect(levelOf(load(stages), phase)).toBe(rate);
});

test("a step in which nothing was finished was not delivered, however high the steps after it are", () => {
  const climbing = { ...load([stage(0, 20, 100, 100), stage(20, 40, 2000, 2000)]), durationSeconds: 40 };
  const gate = {
    name: "g",
    file: "g.yaml",
    confidence: 0.95,
    failureBurst: 1,
    objectives: [],
    capacity: null,
    abortWindowSeconds: 60,
  };
  const { plan, evidence } = simulateRun({ gate });
  const own = {
    phase: "step/100",
    window: { from: 1000, to: 1020 },
    iterations: 0,
    droppedIterations: 0,
    cpuShare: 0.1,
    startLagP99Seconds: null,
  };
  const judged = judgePhaseLoad({
    phase: "step/100",
    load: climbing,
    limits: plan.limits,
    evidence: { ...evidence.load, phases: [own] },
    startedAt: 1000,
  });
  expect(judged.blocking?.code).toBe("load-not-delivered");
});
