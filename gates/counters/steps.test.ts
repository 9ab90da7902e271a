import { describe, expect, test } from "vitest";

import type { SeriesSamples } from "../../lib/run/evidence.ts";
import { heldBefore, increaseOver, peakRate, readSteps } from "./steps.ts";

const window = { from: 100, to: 150 };
const times = [80, 90, 100, 110, 120, 130, 140, 150];
const up: SeriesSamples = { labels: { __name__: "up" }, samples: times.map((at) => [at, 1]) };
const series = (status: string, values: readonly (number | null)[]): SeriesSamples => ({
  labels: { __name__: "requests_total", status },
  samples: times.flatMap((at, index) => {
    const value = values[index] ?? null;
    return value === null ? [] : [[at, value] as const];
  }),
});
const steady = series("200", [0, 10, 20, 30, 40, 50, 60, 70]);

describe("a counter that is absent where the window begins", () => {
  test("and was never there counts from 0", () => {
    const born = series("500", [null, null, null, null, 40, 40, 40, 41]);
    const steps = readSteps([steady, born], up, window, 25);
    expect(steps.ok && increaseOver([born], steps.value)).toBe(41);
  });

  test("and goes on from where it was before is not covered", () => {
    const back = series("500", [7, 7, null, null, 40, 40, 40, 41]);
    expect(readSteps([steady, back], up, window, 25)).toMatchObject({
      ok: false,
      reason: { code: "window-not-covered", message: expect.stringContaining("misses a sample") as string },
    });
  });

  test("counts from 0 if the process started again in between", () => {
    const restarted = series("200", [50, 60, 5, 15, 25, 35, 45, 55]);
    const back = series("500", [1, 1, null, null, 3, 3, 3, 4]);
    const steps = readSteps([restarted, back], up, window, 25);
    expect(steps.ok && increaseOver([back], steps.value)).toBe(4);
  });
});

describe("a restart that only the process tells", () => {
  const failed = series("500", [3, 3, 3, 3, 3, 4, 4, 4]);

  test("leaves open whether the counters began at 0 or go on", () => {
    const read = readSteps([steady, failed], up, window, 25, [130]);
    const steps = read.ok ? read.value : [];
    expect(steps.map(({ restart, silent }) => [restart, silent])).toEqual([
      [false, false],
      [false, false],
      [true, true],
      [false, false],
      [false, false],
    ]);
    expect([increaseOver([steady, failed], steps), heldBefore([steady, failed], steps)]).toEqual([51, 43]);
  });

  test("is no other one than that of a counter that falls", () => {
    const fell = series("200", [0, 10, 20, 30, 40, 5, 15, 25]);
    const read = readSteps([fell], up, window, 25, [130]);
    const steps = read.ok ? read.value : [];
    expect(steps.map(({ silent }) => silent)).not.toContain(true);
    expect([increaseOver([fell], steps), heldBefore([fell], steps)]).toEqual([45, 0]);
  });

  test("makes a counter that is absent in between a new one", () => {
    const back = series("500", [7, 7, 7, 7, null, 40, 40, 41]);
    expect(readSteps([steady, back], up, window, 25)).toMatchObject({ ok: false });
    const read = readSteps([steady, back], up, window, 25, [120, 130]);
    expect(read.ok && increaseOver([back], read.value)).toBe(41);
  });
});

test("the highest rate counts all that a counter has after it started again", () => {
  expect(peakRate([steady], times)).toBe(1);
  expect(peakRate([series("200", [900, 910, 920, 400, 410, 420, 430, 440])], times)).toBe(40);
});
