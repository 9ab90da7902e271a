import { describe, expect, test } from "vitest";

import { fc } from "../../lib/testing/properties.ts";
import type { PresenceEvidence, QueryOutcome, SeriesSamples } from "../../lib/run/evidence.ts";
import type { GateEvidence, GateQuestion } from "../../lib/run/gate-record.ts";
import type { ObjectivePlan } from "../../lib/run/plan.ts";
import type { GateVerdict } from "../../lib/run/verdict.ts";
import { GAP_INTERVALS } from "../instances/read-instance.ts";
import { judgeWindow } from "../judge-window.ts";
import { keepStarts } from "../instances/process-starts.ts";
import { seriesKey } from "../counters/samples.ts";
import { marksOf, stretchSecondsOf } from "../stretches.ts";
import { createThinner } from "./thin-samples.ts";
import type { AnsweredChunk } from "./thin-samples.ts";

/** A longer hunt is `FUZZ_RUNS=5000 npx vitest run --project unit thin-samples --testTimeout 900000`. */
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 30);
/** Fifteen scrapes a stretch. */
const INTERVAL = 20;
const WINDOW = { from: 36_010, to: 36_010 + 6 * 3600 + 400 };
const READ = { from: WINDOW.from - 300, to: WINDOW.to };
const SCRAPES = Math.floor((READ.to - READ.from) / INTERVAL);
const [TOTAL, BAD, GOOD] = ["x_total", 'x_total{status="500"}', 'x_total{status="200"}'];
const QUERIES = [TOTAL, BAD, GOOD];
const STATUSES = ["200", "404", "500"] as const;

/** Something that happens to a service or to what is known of it, from one scrape on, for some scrapes. */
interface Happening {
  readonly what:
    | "failures"
    | "late-birth"
    | "brief"
    | "dip"
    | "failed-but-sampled"
    | "death"
    | "reset"
    | "restart"
    | "no-sample"
    | "scrape-failed"
    | "scrape-missing"
    | "instance-born"
    | "instance-gone"
    | "bad-value"
    | "two-values"
    | "no-up";
  readonly instance: number;
  readonly status: number;
  readonly at: number;
  readonly scrapes: number;
}

interface World {
  readonly instances: number;
  readonly happenings: readonly Happening[];
  readonly chunkSeconds: readonly number[];
  readonly excluded: boolean;
  readonly restartsAllowed: boolean;
}

const happening = (...kinds: readonly Happening["what"][]): fc.Arbitrary<Happening> =>
  fc.record({
    what: fc.constantFrom(...kinds),
    instance: fc.nat({ max: 1 }),
    status: fc.nat({ max: STATUSES.length - 1 }),
    // Often one close to the other.
    at: fc.oneof(fc.nat({ max: SCRAPES }), fc.integer({ min: 500, max: 520 }), fc.nat({ max: 20 })),
    scrapes: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 200 })),
  });
const ODD = [
  "brief",
  "dip",
  "failed-but-sampled",
  "death",
  "reset",
  "restart",
  "no-sample",
  "scrape-failed",
  "scrape-missing",
  "instance-born",
  "instance-gone",
  "bad-value",
  "two-values",
  "no-up",
] as const;
const world: fc.Arbitrary<World> = fc.record({
  instances: fc.integer({ min: 1, max: 2 }),
  happenings: fc
    .tuple(
      fc.array(happening("failures", "late-birth"), { maxLength: 3 }),
      fc.oneof(fc.constant([]), fc.array(happening(...ODD), { minLength: 1, maxLength: 3 })),
    )
    .map((both) => both.flat()),
  chunkSeconds: fc.oneof(
    fc.array(fc.integer({ min: 15, max: 9000 }), { minLength: 1, maxLength: 5 }),
    fc.array(fc.integer({ min: 15, max: 200 }), { minLength: 1, maxLength: 3 }),
  ),
  excluded: fc.boolean(),
  restartsAllowed: fc.boolean(),
});

/** What a Prometheus would hold of such a world: by query the series, and `up`. */
function recordOf({ instances, happenings }: World): Map<string, readonly SeriesSamples[]> {
  const records = new Map<string, SeriesSamples[]>([...QUERIES, "up", "starts"].map((query) => [query, []]));
  for (let instance = 0; instance < instances; instance += 1) {
    const own = happenings.filter((one) => one.instance === instance);
    const on = (what: Happening["what"], nth: number, status?: number): boolean =>
      own.some(
        (one) =>
          one.what === what &&
          nth >= one.at &&
          nth < one.at + one.scrapes &&
          (status === undefined || status === one.status),
      );
    const began = (what: Happening["what"], nth: number): boolean =>
      own.some((one) => one.what === what && nth === one.at);
    const after = (what: Happening["what"], nth: number, status?: number): boolean =>
      own.some((one) => one.what === what && nth >= one.at && (status === undefined || status === one.status));
    const has = (what: Happening["what"], status?: number): boolean => after(what, Number.POSITIVE_INFINITY, status);
    const labels = { job: "api", instance: `i${instance}` };
    const up: (readonly [number, number])[] = [];
    const samples = STATUSES.map((): (readonly [number, number])[] => []);
    const doubtful = STATUSES.map((): (readonly [number, number])[] => []);
    const starts: (readonly [number, number])[] = [];
    const counts = [0, 0, 0];
    let startedAt = 1000;
    for (let nth = 0; nth <= SCRAPES; nth += 1) {
      const at = (READ.from * 1000 + instance * 7000 + nth * INTERVAL * 1000 + ((nth * 37) % 11)) / 1000;
      if (at > READ.to || on("scrape-missing", nth) || after("instance-gone", nth)) continue;
      if (has("instance-born") && !after("instance-born", nth)) continue;
      if (began("reset", nth)) counts.fill(0);
      // Not to be seen in the counters. A whole scrape ago: what is counted sooner is held against the highest rate, of which less is kept.
      if (began("restart", nth) || began("instance-born", nth)) startedAt = at - INTERVAL;
      counts[0] = (counts[0] ?? 0) + 50 + (nth % 3);
      counts[1] = (counts[1] ?? 0) + (nth % 5 === 0 ? 1 : 0);
      counts[2] = (counts[2] ?? 0) + (on("failures", nth) ? 20 : nth % 90 === 0 ? 1 : 0);
      if (!on("no-up", nth)) up.push([at, on("scrape-failed", nth) || on("failed-but-sampled", nth) ? 0 : 1]);
      if (on("scrape-failed", nth)) continue;
      starts.push([at, startedAt]);
      for (const [status, one] of samples.entries()) {
        if (has("brief", status) && !on("brief", nth, status)) continue;
        if (has("late-birth", status) && !after("late-birth", nth, status)) continue;
        if (after("death", nth, status) || on("no-sample", nth, status)) continue;
        const counted = Math.floor((counts[status] ?? 0) / (on("dip", nth, status) ? 2 : 1));
        const value = on("bad-value", nth, status) ? Number.NaN : counted;
        one.push([at, value]);
        doubtful[status]?.push([at, on("two-values", nth, status) ? value + 1 : value]);
      }
    }
    if (up.length > 0) records.get("up")?.push({ labels: { __name__: "up", ...labels }, samples: up });
    records.get("starts")?.push({ labels: { __name__: "process_start_time_seconds", ...labels }, samples: starts });
    for (const [index, status] of STATUSES.entries()) {
      const one = { __name__: "x_total", status, ...labels };
      const [read, again] = [samples[index] ?? [], doubtful[index] ?? []];
      if (read.length === 0) continue;
      records.get(TOTAL)?.push({ labels: one, samples: read });
      records.get(`x_total{status="${status}"}`)?.push({ labels: one, samples: again });
    }
  }
  return records;
}

const answer = (series: readonly SeriesSamples[]): QueryOutcome => ({ kind: "ok", series, warnings: [], infos: [] });

/** The same in the order of labels, so that of two things that are wrong the same one comes first. */
function sorted(outcome: QueryOutcome): QueryOutcome {
  if (outcome.kind !== "ok") return outcome;
  const key = ({ labels }: SeriesSamples): string => seriesKey(labels);
  return { ...outcome, series: outcome.series.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)) };
}

function thinned(records: ReadonlyMap<string, readonly SeriesSamples[]>, question: GateQuestion, chunks: World) {
  const thinner = createThinner(QUERIES.length, marksOf(question, READ));
  const of = (query: string, from: number, to: number): QueryOutcome =>
    answer(
      (records.get(query) ?? []).flatMap(({ labels, samples }) => {
        // Both ends, as before Prometheus 3.
        const inside = samples.filter(([at]) => at >= from && at <= to);
        return inside.length === 0 ? [] : [{ labels, samples: inside }];
      }),
    );
  let nth = 0;
  for (let from = READ.from; from < READ.to; nth += 1) {
    const to = Math.min(READ.to, from + (chunks.chunkSeconds[nth % chunks.chunkSeconds.length] ?? 900));
    const counters = QUERIES.map((query) => of(query, from, to));
    thinner.add({ counters, up: of("up", from, to), starts: of("starts", from, to) });
    from = to;
  }
  return { ...thinner.finish(), kept: thinner.kept() };
}

const objective = (slo: string, more: Partial<ObjectivePlan>): ObjectivePlan => ({
  slo,
  title: slo,
  phase: "window",
  target: 0.985,
  minEvents: null,
  abortOnFail: false,
  countedBy: "service",
  indicator: { kind: "bad", bad: BAD, total: TOTAL },
  crossCheck: null,
  budgetWindowSeconds: 30 * 86_400,
  source: { file: "slo.yaml", line: 1 },
  ...more,
});
const RATIOS = [
  objective("bad", {}),
  objective("good", { indicator: { kind: "good", good: GOOD, total: TOTAL }, target: 0.97 }),
];
const SLICED = objective("sliced", { slices: { kind: "good-slices", seconds: 1500, target: 0.9 } });
const THRESHOLD = objective("threshold", {
  indicator: { kind: "threshold", query: 'max(y{job="api"})', op: "lt", value: 5 },
});

function evidenceOf(
  question: GateQuestion,
  { counters, up, starts }: AnsweredChunk,
  there: PresenceEvidence,
): GateEvidence {
  const values = Array.from(
    { length: (WINDOW.to - WINDOW.from) / INTERVAL + 1 },
    (_, nth) => [WINDOW.from + nth * INTERVAL, 1] as const,
  );
  return {
    schemaVersion: 1,
    kind: "gate",
    collectedAt: "",
    question,
    prometheus: { reachable: true, url: "", version: null, error: null, skewSeconds: 0 },
    read: READ,
    counters: QUERIES.map((query, index) => ({
      query,
      countedBy: "service",
      outcome: sorted(counters[index] ?? answer([])),
    })),
    ranges: [
      {
        query: 'max(y{job="api"})',
        window: WINDOW,
        stepSeconds: INTERVAL,
        outcome: answer([{ labels: {}, samples: values }]),
      },
    ],
    presence: [there],
    up: sorted(up),
    starts: sorted(starts),
    scrapeIntervalSeconds: null,
    configuredSeconds: null,
  };
}

/** What the threshold reads was there wherever it was scraped. */
function presenceIn(up: readonly SeriesSamples[]): PresenceEvidence {
  const lookBackSeconds = GAP_INTERVALS * INTERVAL;
  const series = up.map(({ labels, samples }) => ({
    labels,
    samples: Array.from({ length: (WINDOW.to - WINDOW.from) / INTERVAL + 1 }, (_, nth) => WINDOW.from + nth * INTERVAL)
      .filter((at) => samples.some(([scrape, value]) => value === 1 && scrape > at - lookBackSeconds && scrape <= at))
      .map((at) => [at, 1] as const),
  }));
  return {
    selectors: ['y{job="api"}'],
    countedBy: "service",
    query: "y",
    window: WINDOW,
    stepSeconds: INTERVAL,
    lookBackSeconds,
    outcome: answer(series),
  };
}

function bothVerdicts(chosen: World): { readonly raw: GateVerdict; readonly thin: GateVerdict; readonly kept: number } {
  const question: GateQuestion = {
    window: WINDOW,
    ...(chosen.excluded ? { excluded: [{ from: WINDOW.from + 4000, to: WINDOW.from + 7777 }] } : {}),
    relative: false,
    ...(chosen.restartsAllowed ? { restartsAllowed: true } : {}),
    confidence: 0.95,
    failureBurst: 1,
    objectives: chosen.excluded ? [...RATIOS, THRESHOLD] : [...RATIOS, SLICED, THRESHOLD],
  };
  const records = recordOf(chosen);
  const whole = {
    counters: QUERIES.map((query) => answer(records.get(query) ?? [])),
    up: answer(records.get("up") ?? []),
    starts: keepStarts(answer(records.get("starts") ?? [])),
  };
  const { kept, ...few } = thinned(records, question, chosen);
  const there = presenceIn(records.get("up") ?? []);
  return {
    raw: judgeWindow(evidenceOf(question, whole, there)),
    thin: judgeWindow(evidenceOf(question, few, there)),
    kept,
  };
}

const happens = (what: Happening["what"], at: number, scrapes: number, status = 0): Happening => ({
  what,
  at,
  scrapes,
  status,
  instance: 0,
});
/** What chance seldom brings about, most of it within one stretch, and what an objective comes to. */
const RARE: readonly (readonly [reason: string, happenings: readonly Happening[]])[] = [
  ["interval-inside", []],
  ["interval-outside", [happens("failures", 500, 300)]],
  ["window-not-covered", [happens("scrape-missing", 602, 3), happens("scrape-missing", 607, 5)]],
  ["window-not-covered", [happens("failed-but-sampled", 604, 1)]],
  ["window-not-covered", [happens("no-sample", 604, 1)]],
  // The second chunk begins with scrape 455, between two marks.
  ["window-not-covered", [happens("failed-but-sampled", 454, 1)]],
  ["window-not-covered", [happens("no-sample", 454, 1)]],
  ["counter-reset", [happens("death", 455, 1, 1)]],
  ["counter-reset", [happens("death", 455, 1, 1), happens("late-birth", 455, 1, 2)]],
  ["counter-reset", [happens("brief", 603, 4, 1)]],
  ["counter-reset", [happens("dip", 604, 2)]],
  ["counter-reset", [happens("restart", 604, 1)]],
  ["counter-reset", [happens("reset", 18, 1), happens("reset", 20, 1)]],
  ["bad-sample", [happens("two-values", 604, 1)]],
  ["bad-sample", [happens("bad-value", 604, 1)]],
];

const samplesIn = (chosen: World): number =>
  [...recordOf(chosen).values()].flat().reduce((sum, { samples }) => sum + samples.length, 0);
const calm = (more: Partial<World>): World => ({
  instances: 2,
  happenings: [],
  chunkSeconds: [3600],
  excluded: false,
  restartsAllowed: false,
  ...more,
});

describe("the samples that are kept of a long window", () => {
  test(
    "give the very same verdict as all of them, whatever happened",
    () => {
      fc.assert(
        fc.property(world, (chosen) => {
          const { raw, thin } = bothVerdicts(chosen);
          // What a restart may have lost is told by the highest rate, of which less is kept.
          const seen = ({ objectives }: GateVerdict) =>
            objectives.map(({ events, instancesSeen, excused }) => [events?.good, instancesSeen, excused]);
          if (chosen.restartsAllowed) expect(seen(thin)).toEqual(seen(raw));
          else expect(thin).toEqual(raw);
        }),
        { numRuns: RUNS },
      );
    },
    60_000 + 500 * RUNS,
  );

  test.each(RARE)("give the same `%s`, where that is seldom drawn", (reason, happenings) => {
    const { raw, thin } = bothVerdicts(calm({ happenings, chunkSeconds: [9100] }));
    expect(raw.objectives.map((one) => one.reason.code)).toContain(reason);
    expect(thin).toEqual(raw);
  });

  test("are few where nothing happens", () => {
    const quiet = calm({});
    const { raw, kept } = bothVerdicts(quiet);
    expect(raw.objectives.map(({ verdict }) => verdict)).toEqual(["pass", "pass", "pass", "pass"]);
    // Two at each mark: those of stretches and slices.
    const marks = (WINDOW.to - WINDOW.from) / (stretchSecondsOf(WINDOW) ?? 1) + (WINDOW.to - WINDOW.from) / 1500;
    expect(kept / samplesIn(quiet)).toBeLessThan((2.2 * marks) / SCRAPES);
  });

  test.each(["reset", "restart"] as const)("are all of a chunk in which there was a %s, and no more", (what) => {
    const burst = calm({ happenings: [happens(what, 600, 1)] });
    const more = bothVerdicts(burst).kept - bothVerdicts(calm({})).kept;
    // An hour has 180 scrapes; there are seven series of an instance, those of two queries twice.
    expect(more).toBeGreaterThan(180);
    expect(more).toBeLessThan(7 * 180 * 1.2);
  });
});
