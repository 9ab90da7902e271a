import { expect, test } from "vitest";

import type { QueryOutcome, SeriesSamples } from "../run/evidence.ts";
import { readRawSamples } from "./raw-samples.ts";

const HOUR = 3600;

/** A Prometheus whose ranges hold both their ends, as before 3.0; or only the later one, as since. */
function answering(
  series: readonly SeriesSamples[],
  { leftOpen = false } = {},
): { readonly asked: string[]; readonly query: Query } {
  const asked: string[] = [];
  const query: Query = async (promql, at) => {
    asked.push(`${promql} at ${at}`);
    const from = Math.round(at * 1000) - Number(/\[(\d+)ms\]$/.exec(promql)?.[1]);
    const holds = (time: number): boolean => (leftOpen ? time * 1000 > from : time * 1000 >= from) && time <= at;
    const inside = series
      .map((one) => ({ ...one, samples: one.samples.filter(([time]) => holds(time)) }))
      .filter(({ samples }) => samples.length > 0);
    return Promise.resolve({ kind: "ok", series: inside, warnings: ["partial"], infos: [] });
  };
  return { asked, query };
}
type Query = (promql: string, at: number) => Promise<QueryOutcome>;

const everyMinute = (from: number, to: number): readonly (readonly [number, number])[] =>
  Array.from({ length: (to - from) / 60 + 1 }, (_, index) => [from + index * 60, index] as const);

test.each([
  ["before 3.0", false],
  ["since 3.0", true],
])("a long window is read an hour at a time, and no sample is lost or doubled: %s", async (_version, leftOpen) => {
  const whole = [
    { labels: { __name__: "a", b: "1" }, samples: everyMinute(0, 3 * HOUR) },
    { labels: { __name__: "a", b: "2" }, samples: everyMinute(2 * HOUR + 60, 3 * HOUR) },
  ];
  const { asked, query } = answering(whole, { leftOpen });
  const outcome = await readRawSamples(query, "a", { from: 0, to: 2.5 * HOUR });
  expect(asked).toEqual(["a[3600001ms] at 3600", "a[3600001ms] at 7200", "a[1800001ms] at 9000"]);
  const inWindow = whole.map((one) => ({ ...one, samples: one.samples.filter(([at]) => at <= 2.5 * HOUR) }));
  expect(outcome).toEqual({ kind: "ok", series: inWindow, warnings: ["partial"], infos: [] });
});

test.each([
  ["before 3.0", false],
  ["since 3.0", true],
])("both ends of a window belong to it, and nothing before it, to the millisecond: %s", async (_version, leftOpen) => {
  const at = (milliseconds: number): readonly [number, number] => [(1_735_725_600_123 + milliseconds) / 1000, 1];
  const edges = { labels: { __name__: "a" }, samples: [at(-1), at(0), at(1), at(499), at(500), at(501)] };
  const before = { labels: { __name__: "a", b: "2" }, samples: [at(-1)] };
  const { query } = answering([edges, before], { leftOpen });
  const outcome = await readRawSamples(query, "a", { from: at(0)[0], to: at(500)[0] }, 0.25);
  const samples = [at(0), at(1), at(499), at(500)];
  expect(outcome).toMatchObject({ kind: "ok", series: [{ labels: { __name__: "a" }, samples }] });
  expect(outcome.kind === "ok" ? outcome.series : []).toHaveLength(1);
});

test("a short window is one question", async () => {
  const { asked, query } = answering([]);
  await readRawSamples(query, "a", { from: 10, to: 10.5 });
  expect(asked).toEqual(["a[501ms] at 10.5"]);
});

test("a part that is missing is no whole", async () => {
  let asked = 0;
  const query: Query = () => {
    asked += 1;
    const ok: QueryOutcome = { kind: "ok", series: [], warnings: [], infos: [] };
    return Promise.resolve(asked === 2 ? { kind: "unreachable", message: "away" } : ok);
  };
  const outcome = await readRawSamples(query, "a", { from: 0, to: 5 * HOUR });
  expect(outcome).toEqual({ kind: "unreachable", message: "away" });
  expect(asked).toBe(2);
});
