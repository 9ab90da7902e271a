import { describe, expect, test } from "vitest";

import { LOAD_START, simulateRun, STAIRCASE } from "../../gates/testing/simulate-run.ts";
import type { Simulation } from "../../gates/testing/simulate-run.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import type { QueryOutcome } from "../../lib/run/evidence.ts";
import type { RunEvent } from "../../lib/run/events.ts";
import type { GatePlan, ObjectivePlan } from "../../lib/run/plan.ts";
import { createVirtualClock } from "../../lib/testing/virtual-clock.ts";
import { isBroken } from "./look-at-objectives.ts";
import { watchObjectives } from "./watch-objectives.ts";

const availability = (phase: string, countedBy: "caller" | "service", abortOnFail = true): ObjectivePlan => ({
  slo: "availability",
  title: "availability",
  phase,
  target: 0.99,
  abortOnFail,
  countedBy,
  indicator:
    countedBy === "caller"
      ? { kind: "good", good: 'k6_http_reqs_total{expected_response="true"}', total: "k6_http_reqs_total" }
      : { kind: "bad", bad: 'http_requests_total{job="api",status=~"5.."}', total: 'http_requests_total{job="api"}' },
  minEvents: null,
  crossCheck: null,
  source: { file: "slo.yaml", line: 1 },
});
const STEPS = ["step/100", "step/200", "step/400", "step/600", "step/800"];
const gate = (objectives: readonly ObjectivePlan[], abortWindowSeconds = 60): GatePlan => ({
  name: "stress",
  file: "gates/stress.yaml",
  confidence: 0.95,
  failureBurst: 1,
  objectives,
  capacity: null,
  abortWindowSeconds,
});

type Change = (outcome: QueryOutcome, selector: string) => QueryOutcome;

interface Watched {
  readonly broke: readonly RunEvent[];
  readonly calls: number;
  /** Seconds after the load's start. */
  readonly endedAt: number;
  readonly asked: readonly { readonly from: number; readonly to: number }[];
}

/** Watches a simulated stress from its start until it breaks or ends; Prometheus knows what was stored by then. */
async function watch(
  simulation: Omit<Simulation, "shape">,
  options: { readonly change?: Change; readonly skewSeconds?: number; readonly hangsAt?: number } = {},
): Promise<Watched> {
  const { plan, events, evidence } = simulateRun({ ...simulation, shape: STAIRCASE });
  const { change = (outcome: QueryOutcome) => outcome, skewSeconds = 0, hangsAt = Infinity } = options;
  const clock = createVirtualClock(LOAD_START * 1000);
  const asked: { from: number; to: number }[] = [];
  const prometheus: PrometheusClient = {
    url: "http://127.0.0.1:9",
    query: () => Promise.reject(new Error("not asked")),
    queryRange: () => Promise.reject(new Error("not asked")),
    features: () => Promise.reject(new Error("not asked")),
    identify: () => Promise.resolve({ version: "2.42.0", skewSeconds }),
    rawSamples: (selector, { from, to }) => {
      asked.push({ from: from - LOAD_START, to: to - LOAD_START });
      if (to - LOAD_START >= hangsAt) return new Promise(() => undefined);
      const stored = selector.startsWith("up{")
        ? evidence.up
        : selector.startsWith("process_start_time_seconds{")
          ? evidence.starts
          : evidence.counters.find(({ query }) => query === selector)?.outcome;
      if (stored?.kind !== "ok") throw new Error(`nothing is stored for ${selector}`);
      const series = stored.series
        .map((one) => ({ ...one, samples: one.samples.filter(([at]) => at >= from && at <= to) }))
        .filter(({ samples }) => samples.length > 0);
      return Promise.resolve(change({ ...stored, series }, selector));
    },
  };
  const emitted: RunEvent[] = [];
  const ending = new AbortController();
  let calls = 0;
  const watching = watchObjectives({
    env: { clock },
    plan,
    prometheus,
    folder: {
      events: () => events.filter(({ at }) => at * 1000 <= clock.now()),
      emit: (event) => void emitted.push({ at: clock.now() / 1000, ...event }),
    },
    signal: ending.signal,
    onBroken: () => void (calls += 1),
  });
  const over = clock.sleep(40_000, ending.signal).then(
    () => ending.abort(new Error("the load has ended")),
    () => undefined,
  );
  await watching;
  const endedAt = clock.elapsedMs() / 1000;
  ending.abort(new Error("broken"));
  await over;
  return { broke: emitted, calls, endedAt, asked };
}

/** One request in ten fails from the 26th second on, in which the load goes to 600. */
const failsAt600 = (at: number, index: number): string => (at >= 26 && index % 10 === 0 ? "500" : "200");
const everyStep = (countedBy: "caller" | "service"): GatePlan =>
  gate(STEPS.map((phase) => availability(phase, countedBy)));

describe("a service that breaks in a step", () => {
  test.each(["caller", "service"] as const)("ends the load in that step, counted by the %s", async (countedBy) => {
    const { broke, calls, endedAt } = await watch({ gate: everyStep(countedBy), status: failsAt600 });
    expect(broke).toMatchObject([{ type: "objective-broke", slo: "availability", phase: "step/600", target: 0.99 }]);
    const [event] = broke;
    if (event?.type !== "objective-broke") throw new Error("nothing broke");
    expect(event.good / event.total).toBeCloseTo(0.9, 1);
    expect(event.windowSeconds).toBeLessThan(endedAt - 26);
    expect(calls).toBe(1);
    expect(endedAt).toBeLessThan(33);
  });

  test("does so though the steps before it were long and good", async () => {
    const { asked } = await watch({ gate: everyStep("caller"), status: failsAt600 });
    const [last] = asked.slice(-1);
    // The step's own begin and a scrape after it.
    expect(last?.from).toBe(27);
  });

  test("is left alone until there are as many events as the objective asks for", async () => {
    const asking = (minEvents: number) => gate([{ ...availability("step/600", "service"), minEvents }]);
    expect((await watch({ gate: asking(5000), status: failsAt600 })).broke).toEqual([]);
    expect((await watch({ gate: asking(500), status: failsAt600 })).broke).toHaveLength(1);
  });

  test("is left alone for one short pause", async () => {
    const onePause = (from: number, to: number) => (at: number) => (at >= from && at < to ? "500" : "200");
    // 36 failures within 60 ms, of 600 requests a second.
    const run = { gate: everyStep("service"), status: onePause(27.5, 27.56) };
    expect((await watch(run)).broke).toEqual([]);
    expect((await watch({ ...run, status: onePause(27.5, 29) })).broke).toHaveLength(1);
  });

  test("is left alone where nobody asked to end the load", async () => {
    const objectives = STEPS.map((phase) => availability(phase, "caller", false));
    expect(await watch({ gate: gate(objectives), status: failsAt600 })).toMatchObject({ broke: [], asked: [] });
  });

  test("is left alone where only other phases are watched", async () => {
    const { broke } = await watch({ gate: gate([availability("step/100", "caller")]), status: failsAt600 });
    expect(broke).toEqual([]);
  });
});

test("a service that keeps its objectives, just so, ends nothing", async () => {
  const { broke, endedAt, asked } = await watch({
    gate: everyStep("caller"),
    status: (_, index) => (index % 100 === 0 ? "500" : "200"),
  });
  expect(broke).toEqual([]);
  expect(endedAt).toBe(40);
  expect(asked.length).toBeGreaterThan(10);
});

test("no look goes back further than the window", async () => {
  const { asked } = await watch({ gate: gate([availability("step/400", "caller")], 2) });
  expect(asked.length).toBeGreaterThan(0);
  for (const { from, to } of asked) expect(to - from).toBeLessThanOrEqual(2);
});

describe("nothing ends the load", () => {
  const broken = { gate: everyStep("service"), status: failsAt600 };
  const cases: readonly (readonly [string, Change])[] = [
    ["while Prometheus is away", () => ({ kind: "unreachable", message: "away" })],
    [
      "for an answer with a warning",
      (outcome) => (outcome.kind === "ok" ? { ...outcome, warnings: ["partial"] } : outcome),
    ],
    ["without data", (outcome) => (outcome.kind === "ok" ? { ...outcome, series: [] } : outcome)],
    [
      "for a service that was not scraped for a while",
      (outcome) =>
        outcome.kind === "ok"
          ? {
              ...outcome,
              series: outcome.series.map((one) => ({
                ...one,
                samples: one.samples.filter(([at]) => at < LOAD_START + 26 || Math.floor(at) % 4 === 0),
              })),
            }
          : outcome,
    ],
    [
      "for samples that end long ago",
      (outcome) =>
        outcome.kind === "ok"
          ? {
              ...outcome,
              series: outcome.series.map((one) => ({
                ...one,
                samples: one.samples.filter(([at]) => at < LOAD_START + 26),
              })),
            }
          : outcome,
    ],
  ];
  test.each(cases)("%s", async (_, change) => {
    const { broke, asked } = await watch(broken, { change });
    expect(broke).toEqual([]);
    expect(asked.length).toBeGreaterThan(10);
  });

  test("for counters that started again", async () => {
    const status = (at: number, index: number): string => (at < 33 ? failsAt600(at, index) : "200");
    const restarted = await watch({ ...broken, status, apiDown: { from: 28.2, to: 28.9 } });
    expect(restarted.broke).toEqual([]);
    expect((await watch({ ...broken, status })).broke).toHaveLength(1);
  });

  test("for counters that were read by another clock", async () => {
    const { broke, asked } = await watch(broken, { skewSeconds: 30 });
    expect({ broke, asked }).toEqual({ broke: [], asked: [] });
  });
});

test("a look that fails is told, and the load goes on", async () => {
  const fail = (): never => {
    throw new Error("a bug");
  };
  const { broke, calls, endedAt } = await watch({ gate: gate([availability("step/100", "caller")]) }, { change: fail });
  expect(broke[0]).toMatchObject({ type: "note", text: "a look at the objectives failed: a bug" });
  expect({ calls, endedAt }).toEqual({ calls: 0, endedAt: 40 });
});

test("a Prometheus that never answers does not keep the run from ending", async () => {
  const { broke, endedAt } = await watch({ gate: everyStep("caller"), status: failsAt600 }, { hangsAt: 20 });
  expect(broke).toEqual([]);
  expect(endedAt).toBe(40);
});

describe("bad events", () => {
  test.each([
    [0, 10, 0.99, true],
    [9000, 10_000, 0.99, true],
    [9900, 10_000, 0.99, false],
    [9990, 10_000, 0.99, false],
    // Wilson's interval would call these proven.
    [79, 80, 0.999, false],
    [995, 1000, 0.999, false],
    [990, 1000, 0.999, true],
    [0, 2, 0.999, false],
    [0, 0, 0.99, false],
    [Number.NaN, 1000, 0.99, false],
    [0, 1000, 1, true],
  ])("of which %d of %d were good, with %d promised, prove a miss: %s", (good, total, target, proven) => {
    expect(isBroken({ good, total }, target)).toBe(proven);
  });
});
