import { describe, expect, test } from "vitest";

import { stepClusters, timeClusters } from "./clusters.ts";
import { increasesOver } from "./steps.ts";
import type { Step } from "./steps.ts";

const step = (from: number, to: number, restart = false): Step => ({
  from,
  to,
  restart,
  silent: false,
  gap: false,
  apartSeconds: to - from,
});
const series = (...values: readonly number[]) => ({
  labels: { __name__: "x_total" },
  samples: values.map((value, at) => [at, value] as const),
});

describe("stepClusters", () => {
  test("has the events of each step, born counters and restarts from 0", () => {
    const steps = [step(0, 1), step(1, 2), step(2, 3, true)];
    const late = { labels: {}, samples: [[2, 7] as const, [3, 3] as const] };
    const total = increasesOver([series(0, 100, 200, 50)], steps);
    expect(stepClusters({ kind: "bad", part: increasesOver([late], steps), total, steps })).toEqual([
      { from: 0, to: 1, total: 100, bad: 0 },
      { from: 1, to: 2, total: 100, bad: 7 },
      { from: 2, to: 3, total: 50, bad: 3 },
    ]);
  });

  test("takes for bad what is not good, and never less than nothing", () => {
    const clusters = stepClusters({
      kind: "good",
      part: [90, 101],
      total: [100, 100],
      steps: [step(0, 1), step(1, 2)],
    });
    expect(clusters.map(({ bad }) => bad)).toEqual([10, 0]);
  });
});

describe("timeClusters", () => {
  const clusters = (...times: readonly number[]) => times.map((to) => ({ from: to - 1, to, bad: 1, total: 10 }));

  test("leaves one instance's as they are, however its scrapes jitter", () => {
    expect(timeClusters([clusters(1.01, 1.99, 3)], 1)).toHaveLength(3);
  });

  test("lays several instances together by time", () => {
    expect(timeClusters([clusters(1.25, 2.25), clusters(1.75, 2.75)], 1)).toEqual([
      { from: 0.25, to: 1.75, bad: 2, total: 20 },
      { from: 1.25, to: 2.75, bad: 2, total: 20 },
    ]);
  });

  test("lays those of a stretch together in a long window, be it of one instance", () => {
    expect(timeClusters([clusters(1, 2, 9, 10, 11)], 1, 10)).toEqual([
      { from: 0, to: 9, bad: 3, total: 30 },
      { from: 9, to: 11, bad: 2, total: 20 },
    ]);
  });
});
