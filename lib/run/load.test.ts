import { describe, expect, test } from "vitest";

import { highestLevel, loadWords, peakLevel, plannedIterations } from "./load.ts";
import type { LoadPlan, LoadStage } from "./load.ts";

const load = (stages: readonly LoadStage[], more: Partial<LoadPlan> = {}): LoadPlan => ({
  scenario: "s",
  file: "s.ts",
  executor: "ramping-arrival-rate",
  unit: "iterations/s",
  stages,
  durationSeconds: stages.at(-1)?.endSeconds ?? 0,
  preAllocatedVUs: 1,
  maxVUs: 1,
  setupTimeoutSeconds: 60,
  gracefulStopSeconds: 5,
  warmupSeconds: 0,
  phases: [],
  constantMemory: false,
  overrides: { rate: null, durationSeconds: null, scale: null },
  ...more,
});
const climbThenHold = [
  { startSeconds: 0, endSeconds: 10, from: 0, to: 100 },
  { startSeconds: 10, endSeconds: 20, from: 100, to: 100 },
];

describe("planned iterations", () => {
  test("are the area under the rate, in any window", () => {
    expect(plannedIterations(load(climbThenHold), 0, 20)).toBe(1500);
    expect(plannedIterations(load(climbThenHold), 5, 12)).toBe(375 + 200);
    expect(plannedIterations(load(climbThenHold), 30, 40)).toBe(0);
  });

  test("of a closed model are known to nobody", () => {
    expect(plannedIterations(load(climbThenHold, { unit: "VUs" }), 0, 20)).toBeNull();
  });
});

test("the warm-up's levels are no part of a load's peak and words", () => {
  const stages = [
    { startSeconds: 0, endSeconds: 5, from: 900, to: 600 },
    { startSeconds: 5, endSeconds: 40, from: 600, to: 600 },
  ];
  expect(peakLevel(load(stages, { warmupSeconds: 5 }))).toBe(600);
  expect(loadWords(load(stages, { warmupSeconds: 5 }))).toBe("600 iterations/s for 40 s");
  expect(loadWords(load(climbThenHold))).toBe("up to 100 iterations/s for 20 s");
});

test("the highest level of a window is that of the window and not of the load", () => {
  expect(highestLevel(load(climbThenHold), 0, 5)).toBe(50);
  expect(highestLevel(load(climbThenHold), 5, 20)).toBe(100);
  expect(highestLevel(load(climbThenHold), 30, 40)).toBe(0);
});
