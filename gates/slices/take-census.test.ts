import { describe, expect, test } from "vitest";

import type { PresenceEvidence, RangeEvidence, SeriesSamples } from "../../lib/run/evidence.ts";
import type { Window } from "../../lib/run/phase.ts";
import type { Indicator, ObjectivePlan, TimeSlices } from "../../lib/run/plan.ts";
import { judgeCensus } from "./judge-census.ts";
import { queriesOfIndicator } from "../model/indicators.ts";
import { selectorsOf } from "../promql/expression.ts";
import { sliceWindows } from "./slice-windows.ts";
import type { CensusRequest } from "../expressions/census-of-expression.ts";
import { takeCensus } from "./take-census.ts";

const API = { job: "api", instance: "a:1" };
const START = 1000;
const END = 1060;
type Value = (at: number) => number | null;

/** One sample a second, half a second after the whole ones, from a little before the window to a little after it. */
function series(labels: Record<string, string>, value: Value, offset = 0.5): SeriesSamples {
  const samples: [number, number][] = [];
  for (let second = START - 5; second <= END + 5; second++) {
    const one = value(second);
    if (one !== null) samples.push([second + offset, one]);
  }
  return { labels, samples };
}

/** An expression that was evaluated each second. */
function range(query: string, ...values: readonly Value[]): RangeEvidence {
  const answers = values.map((value, index) => series({ pod: String(index) }, value, 0));
  return {
    query,
    window: { from: START - 5, to: END + 5 },
    stepSeconds: 1,
    outcome: { kind: "ok", series: answers, warnings: [], infos: [] },
  };
}

/** The selectors of an objective's queries were there at these evaluations. */
function presence({ indicator, countedBy }: ObjectivePlan, value: Value): PresenceEvidence {
  return {
    selectors: selectorsOf(queriesOfIndicator(indicator)).map(({ text }) => text),
    countedBy,
    query: "asked",
    window: { from: START - 5, to: END + 5 },
    stepSeconds: 1,
    lookBackSeconds: 2.5,
    outcome: { kind: "ok", series: [series(API, value, 0)], warnings: [], infos: [] },
  };
}

const UP = series({ __name__: "up", ...API }, () => 1);

function plan(indicator: Indicator, slices?: TimeSlices): ObjectivePlan {
  return {
    slo: "x",
    title: "X",
    phase: "baseline",
    target: 0.9,
    minEvents: null,
    abortOnFail: false,
    countedBy: "service",
    indicator,
    ...(slices === undefined ? {} : { slices }),
    crossCheck: null,
    source: { file: "x.yaml", line: 1 },
  };
}

function judged(
  objective: ObjectivePlan,
  evidence: Partial<CensusRequest["evidence"]>,
  up: SeriesSamples = UP,
  excluded: readonly Window[] = [],
) {
  const tally = takeCensus({
    objective,
    window: { phase: "baseline", asked: { from: START, to: END }, lastMoment: END + 1, start: "after" },
    evidence: {
      counters: [],
      up: { kind: "ok", series: [up], warnings: [], infos: [] },
      presence: [presence(objective, () => 1)],
      ...evidence,
    },
    scrapeIntervalSeconds: 1,
    excuses: [],
    excluded,
  });
  if (!tally.ok) return [tally.reason.code, tally.reason.message] as const;
  const { verdict, reason, value } = judgeCensus(objective, tally.value, undefined);
  return [verdict, reason.message, value] as const;
}

const QUERY = "max(memory)";
const small = plan({ kind: "threshold", query: QUERY, op: "lte", value: 10 });
/** Too large in so many of the 61 evaluations. */
const above =
  (count: number): Value =>
  (at) =>
    at >= START && at < START + count ? 11 : 10;

describe("a threshold", () => {
  test("holds where enough evaluations do, each of which was seen", () => {
    expect(judged(small, { ranges: [range(QUERY, above(6))] })).toEqual([
      "pass",
      "55 of 61 evaluations were ≤ 10 (90.2 %), 90 % promised",
      55 / 61,
    ]);
    expect(judged(small, { ranges: [range(QUERY, above(7))] })).toEqual([
      "fail",
      "54 of 61 evaluations were ≤ 10 (88.5 %), 90 % promised",
      54 / 61,
    ]);
  });

  const fine = range(QUERY, () => 1);
  test.each<[string, string, RangeEvidence | null, SeriesSamples?]>([
    ["no answer", "no-data", null],
    ["no series", "no-data", range(QUERY)],
    [
      "several series",
      "several-series",
      range(
        QUERY,
        () => 1,
        () => 99,
      ),
    ],
    ["one evaluation without a value", "window-not-covered", range(QUERY, (at) => (at === START + 30 ? null : 1))],
    ["an end without values", "window-not-covered", range(QUERY, (at) => (at >= END ? null : 1))],
    ["NaN", "bad-sample", range(QUERY, (at) => (at === START + 30 ? Number.NaN : 1))],
    ["+Inf", "bad-sample", range(QUERY, () => Number.POSITIVE_INFINITY)],
    [
      "a warning",
      "query-warning",
      { ...fine, outcome: { kind: "ok", series: [UP], warnings: ["partial"], infos: [] } },
    ],
    ["a refusal", "query-failed", { ...fine, outcome: { kind: "bad-response", message: "no" } }],
    [
      "an instance that was away",
      "window-not-covered",
      fine,
      series({ ...UP.labels }, (at) => (at > 1020 && at < 1030 ? 0 : 1)),
    ],
  ])("%s is %s, and no pass", (_, code, evidence, up) => {
    expect(judged(small, { ranges: evidence === null ? [] : [evidence] }, up)[0]).toBe(code);
  });

  test("a job that nobody scrapes is no pass", () => {
    const query = 'max(memory{job="other"})';
    const objective = plan({ kind: "threshold", query, op: "lte", value: 10 });
    expect(judged(objective, { ranges: [range(query, () => 1)] })[0]).toBe("window-not-covered");
  });

  test("what a query reads from before the phase is not judged", () => {
    const query = "max_over_time(memory[20s])";
    const objective = plan({ kind: "threshold", query, op: "lte", value: 10 });
    const before: Value = (at) => (at < START + 20 ? 99 : 1);
    expect(judged(objective, { ranges: [range(query, before)] })).toEqual([
      "pass",
      "41 of 41 evaluations were ≤ 10 (100 %), 90 % promised",
      1,
    ]);
    const long = "max_over_time(memory[5m])";
    const late = plan({ kind: "threshold", query: long, op: "lte", value: 10 });
    expect(judged(late, { ranges: [range(long, () => 1)] })[0]).toBe("too-few-slices");
  });
});

describe("what an expression reads", () => {
  const ranges = [range(QUERY, () => 1)];
  const missing =
    (from: number, to: number): Value =>
    (at) =>
      at >= START + from && at < START + to ? null : 1;
  const without = (from: number, to: number, excluded: readonly Window[] = []) =>
    judged(small, { ranges, presence: [presence(small, missing(from, to))] }, UP, excluded)[0];

  test("must have been there", () => {
    expect(judged(small, { ranges, presence: [] })[0]).toBe("no-data");
    expect(judged(small, { ranges, presence: [presence(small, () => null)] })[0]).toBe("no-data");
    expect(without(30, 31)).toBe("metric-missing");
  });

  test("may be missing in a stretch that is left out, and as long as an evaluation looks back at it", () => {
    const excluded = [{ from: START + 20, to: START + 30 }];
    expect(without(21, 31, excluded)).toBe("pass");
    expect(without(21, 33, excluded)).toBe("pass");
    expect(without(21, 34, excluded)).toBe("metric-missing");
    expect(without(19, 30, excluded)).toBe("metric-missing");
  });
});

describe("a ratio of gauges", () => {
  const levels = plan({ kind: "levels", side: "bad", part: "bad", total: "total" });
  test("weighs each moment by its events", () => {
    // Nine tenths are bad while a hundredth of the traffic comes.
    const quiet = (at: number): boolean => at < START + 30;
    const bad = range("bad", (at) => (quiet(at) ? 0.9 : 0));
    const total = range("total", (at) => (quiet(at) ? 1 : 100));
    expect(judged(levels, { ranges: [bad, total] })).toEqual([
      "pass",
      "over 61 evaluations (99.14 %), 90 % promised",
      1 - 27 / (30 + 3100),
    ]);
  });

  test.each<[string, string, Value | null, Value]>([
    ["no traffic", "no-traffic", () => 0, () => 0],
    ["more bad than all", "bad-sample", () => 2, () => 1],
    ["a negative count", "bad-sample", () => -1, () => 1],
    ["no bad series", "no-data", null, () => 1],
  ])("%s is %s", (_, code, bad, total) => {
    const ranges = [bad === null ? range("bad") : range("bad", bad), range("total", total)];
    expect(judged(levels, { ranges })[0]).toBe(code);
  });
});

describe("a raw ratio", () => {
  const raw = (rawType: "success" | "failure") => plan({ kind: "raw", query: "job:ratio", rawType });
  test("is the share of good or of bad events", () => {
    const ranges = [range("job:ratio", () => 0.95)];
    expect(judged(raw("success"), { ranges })[0]).toBe("pass");
    expect(judged(raw("failure"), { ranges })[0]).toBe("fail");
  });

  test("that is a percentage is no share", () => {
    expect(judged(raw("success"), { ranges: [range("job:ratio", () => 95)] })[0]).toBe("bad-sample");
  });
});

describe("slices of time", () => {
  const ten = (target: number): TimeSlices => ({ kind: "good-slices", seconds: 10, target });
  /** A counter of 100 events a second, of which so many are bad. */
  const counters = (badPerSecond: Value): Pick<CensusRequest["evidence"], "counters"> => {
    let bad = 0;
    const labels = { __name__: "r_total", ...API };
    const total = series({ ...labels, code: "200" }, (at) => (at - START + 10) * 100);
    const failed = series({ ...labels, code: "500" }, (at) => (bad += badPerSecond(at) ?? 0));
    const answer = (query: string, all: readonly SeriesSamples[]) => ({
      query,
      countedBy: "service" as const,
      outcome: { kind: "ok" as const, series: all, warnings: [], infos: [] },
    });
    return { counters: [answer('r_total{code="500"}', [failed]), answer("r_total", [total, failed])] };
  };
  const errors = (slices: TimeSlices) => plan({ kind: "bad", bad: 'r_total{code="500"}', total: "r_total" }, slices);
  const outage = (seconds: number) => counters((at) => (at >= START + 21 && at < START + 21 + seconds ? 50 : 0));

  test("of counters are good or bad, however bad", () => {
    expect(judged(errors(ten(0.99)), outage(0))).toEqual([
      "pass",
      "6 of 6 slices of 10 s had at least 99 % good (100 %), 90 % promised",
      1,
    ]);
    expect(judged(errors(ten(0.99)), outage(2))).toEqual([
      "fail",
      "5 of 6 slices of 10 s had at least 99 % good (83.3 %), 90 % promised",
      5 / 6,
    ]);
    // Half of the events of two seconds in ten are bad: one in eleven.
    expect(judged(errors(ten(0.9)), outage(2))[0]).toBe("pass");
  });

  test("of counters lose no event between them", () => {
    for (let second = START + 1; second <= END; second++) {
      const [verdict] = judged(
        errors(ten(0.999)),
        counters((at) => (at === second ? 50 : 0)),
      );
      expect([second, verdict]).toEqual([second, "fail"]);
    }
  });

  test("may be averaged", () => {
    const [verdict, , value] = judged(errors({ kind: "mean-share", seconds: 10 }), outage(2));
    expect(verdict).toBe("pass");
    expect(value).toBeCloseTo((5 + 1000 / 1100) / 6, 12);
  });

  test("of a threshold are good where enough evaluations are", () => {
    const sliced = (target: number) => plan(small.indicator, ten(target));
    const ranges = [range(QUERY, above(5))];
    expect(judged(sliced(0.5), { ranges })[0]).toBe("pass");
    expect(judged(sliced(0.51), { ranges })[0]).toBe("fail");
  });

  test("that are too few, or that nobody called in, prove nothing", () => {
    expect(judged(errors({ kind: "mean-share", seconds: 15 }), outage(0))[0]).toBe("too-few-slices");
    expect(
      judged(plan(small.indicator, { kind: "mean-share", seconds: 15 }), { ranges: [range(QUERY, () => 1)] })[0],
    ).toBe("too-few-slices");
  });

  test("cover the whole window, in equal lengths", () => {
    expect(sliceWindows({ from: 0, to: 30 }, 10)).toHaveLength(3);
    expect(sliceWindows({ from: 0, to: 25 }, 10)).toEqual([
      { from: 0, to: 10 },
      { from: 10, to: 20 },
      { from: 15, to: 25 },
    ]);
    expect(sliceWindows({ from: 0, to: 9 }, 10)).toEqual([]);
  });
});
