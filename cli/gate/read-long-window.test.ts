import { describe, expect, test } from "vitest";

import { PROCESS_START } from "../../gates/instances/process-starts.ts";
import type { QueryOutcome, SeriesSamples } from "../../lib/run/evidence.ts";
import type { GateQuestion } from "../../lib/run/gate-record.ts";
import type { Window } from "../../lib/run/phase.ts";
import { readLongWindow } from "./read-long-window.ts";

const HOUR = 3600;
const READ = { from: 0, to: 48 * HOUR };
const QUESTION: GateQuestion = {
  window: READ,
  relative: false,
  confidence: 0.95,
  failureBurst: 1,
  objectives: [],
};
const answer = (...series: readonly SeriesSamples[]): QueryOutcome => ({
  kind: "ok",
  series: series.filter(({ samples }) => samples.length > 0),
  warnings: [],
  infos: [],
});
const STEP = 60;

/** A series with a sample every minute of a window. */
const scraped = (
  name: string,
  job: string,
  { from, to }: Window,
  valueAt: (at: number) => number = (at) => at,
): SeriesSamples => {
  const first = Math.floor(from / STEP) + 1;
  const samples = Array.from({ length: Math.max(0, Math.floor(to / STEP) - first + 1) }, (_, nth) => {
    const at = (first + nth) * STEP;
    return [at, name === "up" || name === PROCESS_START ? 1 : valueAt(at)] as const;
  });
  return { labels: { __name__: name, job, instance: `${job}:80` }, samples };
};

/** Reads two counters of a Prometheus that gives these answers; remembers what was asked. */
async function read(answerTo: (query: string, window: Window) => QueryOutcome) {
  const asked: { readonly query: string; readonly window: Window }[] = [];
  const reached: number[] = [];
  const outcome = await readLongWindow({
    client: {
      rawSamples: (query, window) => {
        asked.push({ query, window });
        return Promise.resolve(answerTo(query, window));
      },
    },
    question: QUESTION,
    queries: [
      { query: "a_total", countedBy: "service" },
      { query: "b_total", countedBy: "service" },
    ],
    jobs: [],
    read: READ,
    select: (scraped) => scraped,
    onRead: (seconds) => void reached.push(seconds),
  });
  const of = (query: string): readonly Window[] =>
    asked.filter((one) => one.query === query).map(({ window }) => window);
  return { ...outcome, asked, of, reached };
}

const healthy = (query: string, window: Window): QueryOutcome => {
  const jobs = (/\(?"(.*)"/.exec(query)?.[1] ?? "").split("|");
  const [of = ""] = query.split("{");
  if (of === "up" || of === PROCESS_START) return answer(...jobs.map((job) => scraped(of, job, window)));
  return answer(scraped(query, query.startsWith("a") ? "a" : "b", window));
};

describe("a long window", () => {
  test("is read without a hole, in chunks of six hours at most, and leaves a part of its samples", async () => {
    const { counters, up, starts, of, reached } = await read(healthy);
    const chunks = of("a_total");
    expect(chunks[0]?.from).toBe(READ.from);
    expect(chunks.at(-1)?.to).toBe(READ.to);
    for (const [index, { from, to }] of chunks.entries()) {
      expect(to - from).toBeLessThanOrEqual(6 * HOUR);
      if (index > 0) expect(from).toBe(chunks[index - 1]?.to);
    }
    for (const outcome of [...counters.map((one) => one.outcome), up]) {
      const series = outcome.kind === "ok" ? outcome.series : [];
      expect(series.length).toBeGreaterThan(0);
      for (const one of series) {
        expect(one.read).toBe((READ.to - READ.from) / STEP);
        expect(one.samples.length).toBeLessThan((READ.to - READ.from) / STEP / 2);
      }
    }
    expect(reached).toEqual(chunks.map(({ to }) => to - READ.from));
    const kept = {
      samples: [
        [STEP, 1],
        [READ.to, 1],
      ],
    };
    expect(starts).toMatchObject({ series: [kept, kept] });
  });

  test("asks of a job that shows up late when it was scraped before", async () => {
    const since = 20 * HOUR;
    const { up } = await read((query, window) =>
      query === "b_total" && window.to <= since ? answer() : healthy(query, window),
    );
    const late = up.kind === "ok" ? up.series.find(({ labels }) => labels["job"] === "b") : undefined;
    expect(late?.read).toBe((READ.to - READ.from) / STEP);
    expect(late?.samples[0]?.[0]).toBe(STEP);
  });

  test("asks a query that failed no more, and says so", async () => {
    const { counters, of } = await read((query, window) =>
      query === "b_total" && window.to > 10 * HOUR ? { kind: "bad-response", message: "no" } : healthy(query, window),
    );
    expect(counters.map(({ outcome }) => outcome.kind)).toEqual(["ok", "bad-response"]);
    expect(of("b_total").filter(({ to }) => to > 10 * HOUR)).toHaveLength(1);
    expect(of("a_total").at(-1)?.to).toBe(READ.to);
  });

  test("is read no further when nobody says what was scraped", async () => {
    const { up, of } = await read((query, window) =>
      query.startsWith("up") ? { kind: "unreachable", message: "gone" } : healthy(query, window),
    );
    expect(up).toMatchObject({ kind: "unreachable", message: "gone" });
    expect(of("a_total")).toHaveLength(1);
  });

  test("is refused when something happens all the time, so that its samples are never held", async () => {
    const many = (window: Window) =>
      Array.from({ length: 800 }, (_, nth) => {
        const one = scraped("a_total", "a", window, (at) => (at % 7200) + 1);
        return { ...one, labels: { ...one.labels, nth: String(nth) } };
      });
    const { counters, up, of } = await read((query, window) =>
      query === "a_total" ? answer(...many(window)) : healthy(query, window),
    );
    for (const outcome of [...counters.map((one) => one.outcome), up]) {
      expect(outcome).toMatchObject({ kind: "bad-response", message: expect.stringContaining("shorter window") });
    }
    expect(of("a_total").at(-1)?.to).toBeLessThan(READ.to);
  });
});
