import { expect, test } from "vitest";

import type { QueryOutcome, SeriesSamples } from "../run/evidence.ts";
import { readRawSamples } from "./raw-samples.ts";

const HOUR = 3600;

/** A Prometheus with one sample a minute, whose ranges hold both their ends, as before 3.0. */
function answering(series: readonly SeriesSamples[]): { readonly asked: string[]; readonly query: Query } {
  const asked: string[] = [];
  const query: Query = async (promql, at) => {
    asked.push(`${promql} at ${at}`);
    const from = at - Number(/\[(\d+)ms\]$/.exec(promql)?.[1]) / 1000;
    const inside = series
      .map((one) => ({ ...one, samples: one.samples.filter(([time]) => time >= from && time <= at) }))
      .filter(({ samples }) => samples.length > 0);
    return Promise.resolve({ kind: "ok", series: inside, warnings: ["partial"], infos: [] });
  };
  return { asked, query };
}
type Query = (promql: string, at: number) => Promise<QueryOutcome>;

const everyMinute = (from: number, to: number): readonly (readonly [number, number])[] =>
  Array.from({ length: (to - from) / 60 + 1 }, (_, index) => [from + index * 60, index] as const);

test("a long window is read an hour at a time, and no sample is lost or doubled", async () => {
  const whole = [
    { labels: { __name__: "a", b: "1" }, samples: everyMinute(0, 3 * HOUR) },
    { labels: { __name__: "a", b: "2" }, samples: everyMinute(2 * HOUR + 60, 3 * HOUR) },
  ];
  const { asked, query } = answering(whole);
  const outcome = await readRawSamples(query, "a", { from: 0, to: 2.5 * HOUR });
  expect(asked).toEqual(["a[3600000ms] at 3600", "a[3600000ms] at 7200", "a[1800000ms] at 9000"]);
  const inWindow = whole.map((one) => ({ ...one, samples: one.samples.filter(([at]) => at <= 2.5 * HOUR) }));
  expect(outcome).toEqual({ kind: "ok", series: inWindow, warnings: ["partial"], infos: [] });
});

test("a short window is one question", async () => {
  const { asked, query } = answering([]);
  await readRawSamples(query, "a", { from: 10, to: 10.5 });
  expect(asked).toEqual(["a[500ms] at 10.5"]);
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
