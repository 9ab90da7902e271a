import { describe, expect, test } from "vitest";

import type { CalmTime, SeriesSamples } from "../../lib/run/evidence.ts";
import { checkPresence } from "./check-presence.ts";
import type { PresenceCheck } from "./check-presence.ts";
import type { Excuse } from "../excuses.ts";
import { formatTime } from "../format.ts";
import { selectorsOf } from "../promql/expression.ts";

const CURE = "export it from the start on (errors at 0), or count events by plain counters (`counter: true`)";
const START = 1000;
const END = 1060;
type Value = (at: number) => number | null;
const always: Value = () => 1;
const notIn =
  (from: number, to: number, instead: number | null = null): Value =>
  (at) =>
    at >= START + from && at < START + to ? instead : 1;

/** A sample a second, at whole ones; scrapes are a quarter of a second later. */
function series(labels: Readonly<Record<string, string>>, value: Value, offset = 0): SeriesSamples {
  const samples: [number, number][] = [];
  for (let at = START - 5; at <= END + 5; at++) {
    const one = value(at);
    if (one !== null) samples.push([at + offset, one]);
  }
  return { labels, samples };
}

const A = { job: "api", instance: "a:1" };
const B = { job: "api", instance: "b:1" };

interface World {
  readonly query?: string;
  readonly there: readonly SeriesSamples[];
  readonly up?: readonly SeriesSamples[] | null;
  readonly excuses?: readonly Excuse[];
  readonly reachSeconds?: number;
  readonly window?: PresenceCheck["window"];
}

function checked({ query = 'q{job="api"}', there, up, excuses = [], reachSeconds = 0, window }: World) {
  const [selector] = selectorsOf([query]);
  if (selector === undefined) throw new Error(query);
  const evidence = {
    selectors: [query],
    countedBy: "service",
    query: "asked",
    window: { from: START - 5, to: END + 5 },
    stepSeconds: 1,
    lookBackSeconds: 2.5,
    outcome: { kind: "ok", series: there, warnings: [], infos: [] },
  } as const;
  const result = checkPresence({
    presences: [{ selector, evidence, series: there }],
    up: up === undefined ? [series(A, always, 0.25), series(B, always, 0.25)] : up,
    window: window ?? { from: START, to: END },
    reachSeconds,
    excuses,
  });
  return result.ok ? result.value : `${result.reason.code}: ${result.reason.message}`;
}

const iso = (seconds: number): string => formatTime(START + seconds);

describe("what an expression reads", () => {
  test("was there where each instance that was scraped had it at each evaluation", () => {
    expect(checked({ there: [series(A, always), series(B, always)] })).toEqual([]);
    expect(checked({ there: [series(A, always)] })).toBe(
      `metric-missing: api/b:1 was scraped, but had no q{job="api"} between ${iso(0)} and ${iso(60)}: ${CURE}`,
    );
    expect(checked({ there: [series(A, always), series(B, notIn(30, 31))] })).toBe(
      `metric-missing: api/b:1 was scraped, but had no q{job="api"} at ${iso(30)}: ${CURE}`,
    );
  });

  test("is not looked for at an instance while that was not scraped", () => {
    const [there, up] = [[series(A, always), series(B, notIn(20, 30))], [series(A, always, 0.25)]];
    // The last scrape before was at 16.25 s: the evaluation at 18 s still saw it.
    const away = (from: number): SeriesSamples => series(B, notIn(from, 29, 0), 0.25);
    expect(checked({ there, up: [...up, away(17)] })).toEqual([]);
    expect(checked({ there, up: [...up, away(18)] })).toEqual([]);
    expect(checked({ there, up: [...up, away(19)] })).toContain(`at ${iso(20)}:`);
  });

  test("is looked for at those instances only that the selector means, by the labels of `up`", () => {
    const [there, up] = [[series(A, always)], [series(A, always, 0.25), series(B, always, 0.25)]];
    expect(checked({ there, up, query: 'q{job="api",instance!="b:1"}' })).toEqual([]);
    expect(checked({ there, up, query: 'q{app="x"}' })).toContain("api/b:1");
    const labelled = up.map((one, index) => ({ ...one, labels: { ...one.labels, app: index === 0 ? "x" : "y" } }));
    expect(checked({ there, up: labelled, query: 'q{app="x"}' })).toEqual([]);
    const [other] = up.map((one) => ({ ...one, labels: { ...one.labels, job: "web" } }));
    expect(checked({ there, up: [series(A, always, 0.25), other ?? series(B, always)], query: "q" })).toEqual([]);
  });

  test("counts from where the expression first reads, and no further back", () => {
    const there = [series(A, always), series(B, notIn(-5, 2))];
    expect(checked({ there, reachSeconds: 1 })).toContain(`at ${iso(1)}:`);
    expect(checked({ there, reachSeconds: 2 })).toEqual([]);
    // A longer range reads all that is in the window: only what an evaluation looks back at is before it.
    const late = [series(A, always), series(B, notIn(-5, 4))];
    expect(checked({ there: late, reachSeconds: 30 })).toContain(`at ${iso(3)}:`);
  });

  test("may be missing as long as a fault says so", () => {
    const there = [series(A, always), series(B, notIn(20, 25))];
    const excuse = {
      fault: "kill",
      target: "process/api",
      from: START + 18,
      to: START + 22,
      restarts: true,
      gaps: false,
    };
    expect(checked({ there, excuses: [excuse] })).toEqual([
      'api/b:1 was scraped, but had no q{job="api"} for 4.0 s: kill',
    ]);
    expect(checked({ there, excuses: [{ ...excuse, gaps: true, restarts: false }] })).toHaveLength(1);
    expect(checked({ there, excuses: [{ ...excuse, restarts: false }] })).toContain("metric-missing");
    expect(checked({ there, excuses: [{ ...excuse, target: "process/store" }] })).toContain("metric-missing");
    // It did not come back with the process.
    expect(checked({ there: [series(A, always), series(B, notIn(20, 70))], excuses: [excuse] })).toContain(
      "metric-missing",
    );
  });
});

describe("what is no instance's", () => {
  test("is a recording rule's, and must be there at each evaluation, of each job", () => {
    const rule = (job: string, value: Value) => series({ job }, value);
    expect(checked({ query: "r", there: [rule("api", always), rule("web", always)] })).toEqual([]);
    expect(checked({ query: "r", there: [rule("api", notIn(50, 70)), rule("web", always)] })).toContain(
      "metric-missing",
    );
    expect(checked({ query: "r", there: [rule("api", always), rule("web", notIn(50, 70))] })).toBe(
      `metric-missing: there is no r of {job="web"} between ${iso(50)} and ${iso(60)}: ${CURE}`,
    );
  });

  test("is the caller's, and must be there at each evaluation", () => {
    expect(checked({ query: "k6_vus", up: null, there: [series({}, always)] })).toEqual([]);
    expect(checked({ query: "k6_vus", up: null, there: [series({}, notIn(10, 12))] })).toContain("there is no k6_vus");
  });

  test("or of a job without `up`, which is pushed, must be there at each evaluation, each of them", () => {
    const of = (value: Value, instance: string) => series({ job: "pushed", instance }, value);
    expect(checked({ query: "q", there: [of(always, "x"), of(always, "y")] })).toEqual([]);
    expect(checked({ query: "q", there: [of(always, "x"), of(notIn(30, 70), "y")] })).toBe(
      `metric-missing: there is no q of {job="pushed",instance="y"} between ${iso(30)} and ${iso(60)}: ${CURE}`,
    );
  });

  test("nor of an instance that `up` knows by those labels must be there at each evaluation, of whomever", () => {
    const up = [series({ ...A, namespace: "monitoring" }, always, 0.25)];
    const of = (value: Value, instance: string) => series({ job: "api", instance }, value);
    const query = 'q{job="api",namespace="shop"}';
    expect(checked({ query, up, there: [of(notIn(30, 70), "x"), of(notIn(-5, 30), "y")] })).toEqual([]);
    expect(checked({ query, up, there: [of(notIn(30, 70), "x"), of(notIn(-5, 31), "y")] })).toContain("metric-missing");
  });
});

describe("where only the edges of long times are kept", () => {
  const kept = (labels: Readonly<Record<string, string>>, ...calm: readonly CalmTime[]): SeriesSamples => ({
    labels,
    samples: calm.flatMap(({ from, to }) => [[from, 1] as const, [to, 1] as const]),
    calm,
  });
  const time = (from: number, to: number): CalmTime => ({ from: START + from, to: START + to, longestSeconds: 1 });

  test("what lies between them was there, and was scraped", () => {
    const up = [kept(A, time(-4.75, 64.25))];
    expect(checked({ up, there: [kept(A, time(-5, 65))] })).toEqual([]);
    expect(checked({ up, there: [kept(A, time(-5, 30), time(32, 65))] })).toContain(`at ${iso(31)}:`);
    expect(
      checked({ up: [kept(A, time(-4.75, 27.25), time(32.25, 64.25))], there: [kept(A, time(-5, 30), time(33, 65))] }),
    ).toEqual([]);
  });
});
