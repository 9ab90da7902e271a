import { describe, expect, it } from "vitest";
import type { ChartEvidence } from "../../../lib/run/evidence.ts";
import { PASSING } from "../../testing/fixtures.ts";
import { LOAD_START } from "../../testing/timeline.ts";
import { bandsOf } from "./bands.ts";
import { linesOf, type Point } from "./chart-model.ts";
import { linePath } from "./line-path.ts";
import { thinPoints } from "./thin-points.ts";
import { timeScale } from "./time-scale.ts";
import { valueScale } from "./value-scale.ts";

const SPAN = { from: 0, to: 40 };

function chartOf(samples: readonly (readonly [number, number])[]): ChartEvidence {
  return { id: "rate", title: "Load", unit: "requests/s", lines: [{ label: "seen", samples }] };
}

describe("a line", () => {
  it("has a gap where samples are missing or aren't numbers", () => {
    const samples = [1, 2, 3, 6, 7, 8, 9].map((at) => [at, at === 8 ? Number.NaN : 600] as const);
    const points = linesOf(chartOf(samples), 0, SPAN)[0]?.points ?? [];
    expect(points.map((point) => point?.x ?? null)).toEqual([1, 2, 3, null, 6, 7, null, 9]);
  });

  it("is drawn anew after a gap, never through it", () => {
    const points: (Point | null)[] = [{ x: 0, y: 1 }, { x: 10, y: 1 }, null, { x: 30, y: 1 }, { x: 40, y: 1 }];
    const path = linePath(points, timeScale(SPAN).toPercent, valueScale("requests/s", 1, 100).toPixels);
    expect(path).toBe("M0,0L250,0M750,0L1000,0");
  });

  it("keeps a lone sample as a dot", () => {
    const path = linePath([{ x: 20, y: 0 }], timeScale(SPAN).toPercent, valueScale("requests/s", 1, 100).toPixels);
    expect(path).toBe("M500,100Z");
  });

  it("leaves out what was sampled outside of the load", () => {
    const points =
      linesOf(
        chartOf([
          [-1, 1],
          [0, 2],
          [40, 3],
          [41, 4],
        ]),
        0,
        SPAN,
      )[0]?.points ?? [];
    expect(points.flatMap((point) => point?.y ?? [])).toEqual([2, 3]);
  });

  it("keeps its spikes and gaps when a long run is thinned", () => {
    const points: (Point | null)[] = Array.from({ length: 30_000 }, (_, x) =>
      x === 500 ? null : { x, y: x === 12_345 ? 99 : 1 },
    );
    const thin = thinPoints(points);
    expect(thin.length).toBeLessThan(1300);
    expect(thin).toContainEqual({ x: 12_345, y: 99 });
    expect(thin).toContain(null);
  });
});

describe("the axes", () => {
  it("show a share in percent, and no more than all of it", () => {
    const { unit, ticks } = valueScale("ratio", 1, 100);
    expect({ unit, labels: ticks.map(({ label }) => label) }).toEqual({
      unit: "%",
      labels: ["0", "20", "40", "60", "80", "100"],
    });
  });

  it("have a scale even where every value is zero", () => {
    expect(valueScale("ratio", 0, 100).ticks.length).toBeGreaterThan(1);
  });

  it("tell a long run in minutes", () => {
    expect(timeScale(SPAN).unit).toBe("seconds");
    expect(timeScale({ from: 0, to: 3600 }).unit).toBe("minutes");
  });
});

describe("the bands", () => {
  it("are the faults and what is never judged, in seconds after the load's start", () => {
    expect(bandsOf(PASSING, LOAD_START, SPAN).map(({ kind, label, from, to }) => [kind, label, from, to])).toEqual([
      ["unjudged", "warmup", 0, 5],
      ["fault", "latency", 17, 27],
      ["fault", "process-kill", 30, 34],
    ]);
  });

  it("put labels that would overlap on rows of their own", () => {
    const phases = [5, 7, 9].map((from) => ({ phase: `fault/fault-number-${from}`, from, to: from + 2 }));
    const record = { ...PASSING, verdict: { ...PASSING.verdict, phases } };
    expect(bandsOf(record, 0, SPAN).map(({ row }) => row)).toEqual([0, 1, 2]);
  });
});
