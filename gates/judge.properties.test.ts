import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { fc } from "../lib/testing/properties.ts";
import type { RunEvent } from "../lib/run/events.ts";
import type { LoadEvidence, QueryOutcome } from "../lib/run/evidence.ts";
import type { RunVerdict } from "../lib/run/verdict.ts";
import { readRunVerdict, verdictFileText } from "../lib/run/verdict-file.ts";
import { judge } from "./judge.ts";
import { changeSeries, withEvents, withEvidence, withLoad, withSamples } from "./testing/corrupt.ts";
import type { Corruption } from "./testing/corrupt.ts";
import { planShippedGate } from "./testing/shipped-gate.ts";
import { LOAD_START, simulateRun } from "./testing/simulate-run.ts";

const source = (path: string) => ({ file: path, text: readFileSync(join(import.meta.dirname, path), "utf8") });
const gate = planShippedGate({
  gate: source("pr.yaml"),
  slos: readdirSync(join(import.meta.dirname, "slo")).map((file) => source(`slo/${file}`)),
});
const healthy = simulateRun({ gate });
const scraped = healthy.evidence.counters.flatMap(({ countedBy }, index) => (countedBy === "service" ? [index] : []));
const all = healthy.evidence.counters.map((_, index) => index);

function onOutcome(index: number, change: (outcome: QueryOutcome) => QueryOutcome): Corruption {
  return withEvidence(({ counters }) => ({
    counters: counters.map((one, at) => (at === index ? { ...one, outcome: change(one.outcome) } : one)),
  }));
}

/** Changes one series of one answer. */
function onSeries(index: number, which: number, change: Parameters<typeof changeSeries>[1]): Corruption {
  return onOutcome(index, (outcome) => {
    if (outcome.kind !== "ok") return outcome;
    const chosen = outcome.series[which % Math.max(1, outcome.series.length)];
    return changeSeries(outcome, (series) => (series === chosen ? change(series) : series));
  });
}

const nth = fc.nat({ max: 50 });
const second = fc.nat({ max: 6 });
/** The start of some seconds in which an answer is judged: in the baseline, or, for the bucket of 500 ms, in the slow phase. */
const judgedFrom = (index: number): number => (healthy.evidence.counters[index]?.query.includes(`le="0.5"`) ? 18 : 8);
const hit = (time: number, chosen: number): boolean => Math.floor(time - LOAD_START) === chosen;

const lostSeries = fc
  .constantFrom(...all)
  .map((index) => onOutcome(index, (outcome) => changeSeries(outcome, () => null)));
const lostAnswer = fc
  .tuple(fc.constantFrom(...all), fc.constantFrom("unreachable" as const, "bad-response" as const))
  .map(([index, kind]) => onOutcome(index, () => ({ kind, message: "x" })));
const lostSample = fc
  .tuple(fc.constantFrom(...scraped), nth, second)
  .map(([index, which, nthSecond]) => [index, which, judgedFrom(index) + nthSecond] as const)
  .map(([index, which, chosen]) =>
    onSeries(index, which, (series) => withSamples(series, (time, value) => (hit(time, chosen) ? null : value))),
  );
const nastySample = fc
  .tuple(fc.constantFrom(...all), nth, second, fc.constantFrom(Number.NaN, Infinity, -Infinity, -1))
  .map(([index, which, nthSecond, nasty]) => [index, which, judgedFrom(index) + nthSecond, nasty] as const)
  .map(([index, which, chosen, nasty]) =>
    onSeries(index, which, (series) => {
      const early = !series.samples.some(([time]) => hit(time, chosen));
      // A series that has none in the baseline gets it at its first sample.
      return withSamples(series, (time, value) =>
        hit(time, chosen) || (early && time === series.samples[0]?.[0]) ? nasty : value,
      );
    }),
  );
const reset = fc
  .tuple(fc.constantFrom(...scraped), second)
  .map(([index, nthSecond]) => [index, judgedFrom(index) + nthSecond] as const)
  .map(([index, chosen]) =>
    onOutcome(index, (outcome) =>
      changeSeries(outcome, (series) =>
        withSamples(series, (time, value) => (time >= LOAD_START + chosen ? Math.floor(value / 99) : value + 1)),
      ),
    ),
  );
const lostUp = second.map((chosen) =>
  withEvidence(({ up }) => ({
    up: changeSeries(up, (series) => withSamples(series, (time, value) => (hit(time, 8 + chosen) ? 0 : value))),
  })),
);
const lostEvent = fc
  .constantFrom(
    ...healthy.events.filter(
      (event) =>
        ["fault-injected", "fault-proven", "undo-proven", "load-ended"].includes(event.type) ||
        (event.type === "phase" && event.phase !== "warmup"),
    ),
  )
  .map((lost) => withEvents((events) => events.filter((event) => event !== lost)));
const lostNumber = fc
  .constantFrom<keyof LoadEvidence>(
    "iterations",
    "droppedIterations",
    "exceptions",
    "requests",
    "requestsSeenByService",
    "vusPeak",
    "k6ExitCode",
  )
  .map((key) => withLoad({ [key]: null }));
const corruption = fc.oneof(lostSeries, lostAnswer, lostSample, nastySample, reset, lostUp, lostEvent, lostNumber);

/** verdict.json is read back as it was written, whatever was judged. */
function expectToFit(verdict: RunVerdict): void {
  expect(readRunVerdict(verdictFileText(verdict))).toEqual({ ok: true, verdict });
}

test("no corruption of what a healthy run left ever passes, nor breaks the judge", () => {
  expect(judge(healthy).verdict).toBe("pass");
  fc.assert(
    fc.property(corruption, (corrupt) => {
      const judged = judge(corrupt(healthy));
      const { verdict, exitCode, reasons } = judged;
      expectToFit(judged);
      expect(verdict).not.toBe("pass");
      expect(exitCode).not.toBe(0);
      expect(exitCode).not.toBe(70);
      expect(reasons).not.toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test("several corruptions at once don't pass either", () => {
  fc.assert(
    fc.property(fc.array(corruption, { minLength: 2, maxLength: 5 }), (corruptions) => {
      const verdict = judge(corruptions.reduce((run, corrupt) => corrupt(run), healthy));
      expect(verdict.verdict).not.toBe("pass");
      expect(verdict.exitCode).not.toBe(70);
      expectToFit(verdict);
    }),
    { numRuns: 100 },
  );
});

const moment = fc.double({ min: LOAD_START - 5, max: LOAD_START + 50, noNaN: true });
const anyEvent: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.record({
    at: moment,
    type: fc.constant("phase" as const),
    phase: fc.constantFrom("baseline", "fault/latency", "settle", "x"),
  }),
  fc.record({
    at: moment,
    type: fc.constant("fault-injected" as const),
    fault: fc.constantFrom("latency", "x"),
    target: fc.string(),
  }),
  fc.record({ at: moment, type: fc.constant("load-ended" as const), k6ExitCode: fc.option(fc.integer()) }),
  fc.record({ at: moment, type: fc.constant("cut-short" as const), cause: fc.string() }),
  fc.record({ at: moment, type: fc.constant("prometheus-lost" as const), message: fc.string() }),
);
const anySample = fc.tuple(fc.oneof(moment, fc.constant(Number.NaN)), fc.double());
const anySeries = fc.record({ labels: fc.dictionary(fc.string(), fc.string()), samples: fc.array(anySample) });

test("any timeline and any samples get a verdict, never a throw", () => {
  fc.assert(
    fc.property(fc.array(anyEvent), fc.array(anySeries), fc.nat(), (events, series, chosen) => {
      const garbled = onOutcome(chosen % all.length, () => ({ kind: "ok", series, warnings: [], infos: [] }))(healthy);
      const judged = judge({ ...garbled, events: [...healthy.events, ...events] });
      expect(judged.exitCode).not.toBe(70);
      expectToFit(judged);
      expect(judge({ ...garbled, events })).not.toMatchObject({ verdict: "pass" });
    }),
    { numRuns: 100 },
  );
});
