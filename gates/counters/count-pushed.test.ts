import { describe, expect, test } from "vitest";

import { countPushed } from "./count-pushed.ts";
import type { JudgedWindow } from "../windows.ts";

type Samples = readonly (readonly [number, number])[];
const window: JudgedWindow = { phase: "fault/kill", asked: { from: 10, to: 14 }, lastMoment: 14, start: "before" };
const seconds = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, nth) => from + nth);
/** 100 events a second, pushed each second with the time of the last. */
const steady: Samples = seconds(0, 20).map((second) => [second + 0.99, (second + 1) * 100]);

function count(good: Samples, bad: Samples) {
  const goods = { labels: { __name__: "reqs", ok: "true" }, samples: good };
  const bads = { labels: { __name__: "reqs", ok: "false" }, samples: bad };
  return countPushed({ kind: "good", part: [goods], total: [goods, bads], window, scrapeIntervalSeconds: 1 });
}

describe("countPushed", () => {
  test("counts what was pushed between the last push before the window and the last in it", () => {
    expect(count(steady, [])).toMatchObject({
      ok: true,
      value: { good: 400, total: 400, covered: { from: 9.99, to: 13.99 } },
    });
  });

  test("counts a series that was born in the window from 0", () => {
    expect(count(steady, [[12.5, 30]])).toMatchObject({ ok: true, value: { good: 400, total: 430 } });
  });

  test("keeps the value of a series that is not pushed because it did not change", () => {
    expect(
      count(steady, [
        [3, 7],
        [12.5, 9],
      ]),
    ).toMatchObject({ ok: true, value: { good: 400, total: 402 } });
  });

  test("does not take the rare series' times for those of pushes", () => {
    const rare: Samples = [
      [9.995, 1],
      [11.2, 2],
      [13.995, 3],
    ];
    expect(count(steady, rare)).toMatchObject({
      ok: true,
      value: { good: 400, total: 403, covered: { from: 9.99, to: 13.99 } },
    });
  });

  test("counts a failure in doubt as one in the window, and a success in doubt as one before it", () => {
    expect(count(steady, [[10.02, 5]])).toMatchObject({ ok: true, value: { total: 405 } });
    const late: Samples = [...steady.slice(0, 10), [10.02, 1003], ...steady.slice(10)];
    expect(count(late, [])).toMatchObject({ ok: true, value: { total: 397 } });
  });

  test("counts to the request what k6 1.8 pushed, although its series of one push have different times", () => {
    // 150 requests/s; a tag changed at 103.42, so that each series ended there and another was born.
    const series = (ok: string, tags: string, samples: Samples) => ({
      labels: { __name__: "reqs", ok, tags },
      samples,
    });
    const a1: Samples = [
      [99.109, 97],
      [100.116, 195],
      [101.117, 292],
      [102.11, 389],
      [103.116, 487],
      [103.417, 516],
    ];
    const a2: Samples = [
      [104.116, 68],
      [105.117, 166],
      [106.116, 263],
      [107.116, 360],
      [108.117, 458],
      [109.116, 555],
    ];
    const b1: Samples = [
      [99.104, 50],
      [100.103, 100],
      [101.107, 150],
      [102.103, 200],
      [103.103, 250],
      [103.403, 265],
    ];
    const b2: Samples = [
      [104.103, 35],
      [105.103, 85],
      [106.103, 135],
      [107.103, 185],
      [108.103, 235],
      [109.103, 285],
    ];
    const bad1: Samples = [
      [98.856, 2],
      [100.09, 5],
      [101.076, 8],
      [101.82, 10],
      [103.05, 13],
      [103.296, 14],
    ];
    const bad2: Samples = [
      [104.036, 2],
      [104.777, 4],
      [106.01, 7],
      [106.996, 10],
      [107.736, 12],
      [108.973, 15],
    ];
    const part = [
      series("true", "a1", a1),
      series("true", "a2", a2),
      series("true", "b1", b1),
      series("true", "b2", b2),
    ];
    const total = [...part, series("false", "bad1", bad1), series("false", "bad2", bad2)];
    const tally = countPushed({
      kind: "good",
      part,
      total,
      window: { phase: "fault/x", asked: { from: 103.42, to: 109.2 }, lastMoment: 109.2, start: "before" },
      scrapeIntervalSeconds: 1,
    });
    expect(tally).toMatchObject({
      ok: true,
      value: { good: 884, total: 900, covered: { from: 103.116, to: 109.116 } },
    });
  });

  test("refuses pushes that stopped", () => {
    const gap = steady.filter(([at]) => at < 11 || at > 13.5);
    expect(count(gap, [])).toMatchObject({ ok: false, reason: { code: "window-not-covered" } });
    expect(
      count(
        steady.filter(([at]) => at < 11),
        [],
      ),
    ).toMatchObject({ ok: false, reason: { code: "window-not-covered" } });
    expect(count([], [])).toMatchObject({ ok: false, reason: { code: "window-not-covered" } });
  });

  test("refuses a counter that falls", () => {
    expect(
      count(steady, [
        [11, 9],
        [12, 3],
      ]),
    ).toMatchObject({ ok: false, reason: { code: "bad-sample" } });
  });
});
