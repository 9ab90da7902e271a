import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import type { RunEvent } from "../lib/run/events.ts";
import type { ReasonCode } from "../lib/run/reasons.ts";
import type { ObjectivePlan } from "../lib/run/plan.ts";
import type { ObjectiveVerdict, RunVerdict } from "../lib/run/verdict.ts";
import { judge } from "./judge.ts";
import {
  withEvents,
  withEvidence,
  withLoad,
  withObjectives,
  withOutcome,
  withSamples,
  withSeries,
} from "./testing/corrupt.ts";
import type { Corruption } from "./testing/corrupt.ts";
import { planShippedGate } from "./testing/shipped-gate.ts";
import { LOAD_START, simulateRun } from "./testing/simulate-run.ts";

const source = (path: string) => ({ file: path, text: readFileSync(join(import.meta.dirname, path), "utf8") });
/** As it is without repeats: they share the gate's confidence. */
const gate = {
  ...planShippedGate({
    gate: source("pr.yaml"),
    slos: readdirSync(join(import.meta.dirname, "slo")).map((file) => source(`slo/${file}`)),
  }),
  confidence: 0.95,
};
const healthy = simulateRun({ gate });
const at = (seconds: number): number => LOAD_START + seconds;
const measurement = { what: "latency", unit: "ms", before: 4, asked: 400, measured: 5 };

function objectiveOf(verdict: RunVerdict, slo: string, phase: string): ObjectiveVerdict {
  const objective = verdict.objectives.find((one) => one.slo === slo && one.phase === phase);
  if (objective === undefined) throw new Error(`no objective ${slo} in ${phase}`);
  return objective;
}

const without =
  (fits: (event: RunEvent) => boolean): Corruption =>
  (run) =>
    withEvents((events) => events.filter((event) => !fits(event)))(run);
const withEvent = (event: RunEvent): Corruption =>
  withEvents((events) => [...events, event].sort((a, b) => a.at - b.at));
const inBaseline = (time: number): boolean => time > at(10) && time < at(11);

/** The simulated run with other phases: a long recovery from a kill, judged from some time on. */
const recoveryRun = (withinSeconds: number, status: (seconds: number) => string, more: Partial<ObjectivePlan> = {}) => {
  const shape = [
    ["warmup", 0, 600],
    ["baseline", 5, 600],
    ["recovery/latency", 15, 600],
  ] as const;
  const objectives = gate.objectives
    .filter(({ slo, phase }) => slo === "api-availability-under-fault" && phase === "recovery/latency")
    .map((one) => ({ ...one, recoversWithinSeconds: withinSeconds, ...more }));
  const baseline = gate.objectives.filter(({ phase }) => phase === "baseline");
  const run = simulateRun({
    gate: { ...gate, objectives: [...baseline, ...objectives] },
    shape,
    status: (seconds) => status(seconds - 15),
  });
  return judge(run);
};

describe("a recovery that has a time to be back in", () => {
  const last = (verdict: RunVerdict) => objectiveOf(verdict, "api-availability-under-fault", "recovery/latency");

  test("passes when all is well from then on, and says when it was back", () => {
    const verdict = recoveryRun(10, (seconds) => (seconds > 0 && seconds < 4 ? "500" : "200"));
    expect(verdict).toMatchObject({ verdict: "pass", exitCode: 0 });
    const { recovery, reason, windowAsked } = last(verdict);
    expect(windowAsked?.from).toBe(at(25));
    expect(recovery).toMatchObject({ withinSeconds: 10, uncertaintySeconds: expect.closeTo(1, 3) as number });
    expect(recovery?.seenSeconds).toBeGreaterThan(4);
    expect(recovery?.seenSeconds).toBeLessThan(5.5);
    expect(reason.message).toMatch(/^back after at most [45]\.\d s, 10 s allowed; then /);
  });

  test("would not pass without that time", () => {
    const verdict = recoveryRun(1, (seconds) => (seconds > 0 && seconds < 4 ? "500" : "200"));
    expect(last(verdict).verdict).toBe("fail");
  });

  test("fails when a second in it was missed long after, though all of it together holds", () => {
    const verdict = recoveryRun(3, (seconds) => (seconds > 15 && seconds < 16.2 ? "500" : "200"), { target: 0.9 });
    expect(last(verdict)).toMatchObject({ verdict: "fail", reason: { code: "recovery-too-slow" } });
    expect(last(verdict).value).toBeGreaterThan(0.9);
    expect(verdict).toMatchObject({ verdict: "fail", exitCode: 1 });
  });

  test("is undecided when the last miss was about then", () => {
    const verdict = recoveryRun(4, (seconds) => (seconds > 0 && seconds < 3.9 ? "500" : "200"));
    expect(last(verdict)).toMatchObject({ verdict: "inconclusive", reason: { code: "recovery-undecided" } });
  });
});

describe("an objective that is no key", () => {
  const run = (failed: (seconds: number) => boolean) => {
    const objectives = gate.objectives.map((one) =>
      one.phase === "recovery/latency" ? { ...one, mayBeInconclusive: true as const, minEvents: 1e6 } : one,
    );
    const status = (seconds: number): string => (failed(seconds) ? "500" : "200");
    return judge(simulateRun({ gate: { ...gate, objectives }, status }));
  };

  test("blocks no pass when it is undecided, and the summary says so", () => {
    expect(run(() => false)).toMatchObject({
      verdict: "pass",
      exitCode: 0,
      reasons: [],
      summary: "7 objectives met, 2 undecided that may be, 2 faults proven and undone",
    });
  });

  test("decides nothing for the others", () => {
    expect(run((seconds) => seconds > 8 && seconds < 9).verdict).toBe("fail");
  });

  test("fails all the same when it is missed", () => {
    const objectives = gate.objectives.map((one) => ({ ...one, mayBeInconclusive: true as const }));
    const status = (seconds: number): string => (seconds > 27 && seconds < 30 ? "500" : "200");
    const verdict = judge(simulateRun({ gate: { ...gate, objectives }, status }));
    expect(verdict).toMatchObject({ verdict: "fail", exitCode: 1 });
  });

  test("is no proof where nothing else was judged", () => {
    const objectives = gate.objectives.map((one) => ({ ...one, mayBeInconclusive: true as const, minEvents: 1e6 }));
    expect(judge(simulateRun({ gate: { ...gate, objectives } }))).toMatchObject({
      verdict: "inconclusive",
      exitCode: 3,
    });
  });
});

describe("the burn rate", () => {
  test("of each objective is told, over the phase and where it was worst", () => {
    const status = (seconds: number, index: number): string =>
      seconds > 8 && seconds < 9 && index % 20 === 0 ? "500" : "200";
    const { burnRate, events } = objectiveOf(judge(simulateRun({ gate, status })), "api-availability", "baseline");
    const failed = 6000 - (events?.good ?? 0);
    expect(failed).toBeGreaterThan(25);
    expect(burnRate?.whole).toBeCloseTo(failed / 6000 / 0.001, 6);
    expect(burnRate?.worst).toMatchObject({ events: 1800, rate: expect.closeTo(failed / 1800 / 0.001, 6) as number });
    expect(burnRate?.budgetShare).toBeCloseTo(((failed / 6000 / 0.001) * 10) / 2_592_000, 9);
  });
});

describe("a healthy run", () => {
  const verdict = judge(healthy);

  test("passes, every objective in every phase", () => {
    expect(verdict).toMatchObject({ verdict: "pass", exitCode: 0, reasons: [] });
    expect(verdict.objectives.map(({ slo, phase, verdict }) => `${verdict}: ${slo} in ${phase}`)).toEqual([
      "pass: api-availability in baseline",
      "pass: api-latency in baseline",
      "pass: api-availability-under-fault in fault/latency",
      "pass: api-latency-under-fault in fault/latency",
      "pass: api-availability-under-fault in recovery/latency",
      "pass: api-latency-under-fault in recovery/latency",
      "pass: api-availability-under-fault in fault/process-kill",
      "pass: api-availability-under-fault in recovery/process-kill",
      "pass: api-latency-under-fault in recovery/process-kill",
    ]);
    expect(verdict.summary).toBe("9 objectives met, 2 faults proven and undone");
  });

  test("says what was looked at", () => {
    expect(objectiveOf(verdict, "api-availability", "baseline")).toMatchObject({
      value: 1,
      events: { good: 6000, total: 6000 },
      windowAsked: { from: at(6), to: at(16) },
      windowCovered: { from: at(6.4), to: at(16.4) },
      countedBy: "service",
      instancesSeen: ["api/127.0.0.1:8080"],
      reason: { code: "interval-inside" },
      source: { file: "slo/api-availability.yaml" },
    });
  });

  test("lets the caller count while the process is dead, from before the kill on", () => {
    const objective = objectiveOf(verdict, "api-availability-under-fault", "fault/process-kill");
    expect(objective).toMatchObject({ countedBy: "caller", instancesSeen: ["k6"] });
    expect(objective.windowCovered?.from).toBeLessThan(at(30.02));
    expect(objective.events?.total).toBeGreaterThan(2350);
    expect(objective.events?.total).toBeLessThanOrEqual(2400);
  });

  test("passes where one scrape is missing altogether, because counters go on", () => {
    const drop = (series: Parameters<typeof withSamples>[0]) =>
      withSamples(series, (time, value) => (inBaseline(time) ? null : value));
    const run = withSeries("", drop)(healthy);
    const { up } = run.evidence;
    const scraped = withEvidence(() => ({ up: up.kind === "ok" ? { ...up, series: up.series.map(drop) } : up }))(run);
    expect(judge(scraped).verdict).toBe("pass");
  });

  test("passes where the first failure was born in the window, and counts it from 0", () => {
    const run = simulateRun({ gate, zeroed: false, status: (_, index) => (index === 6000 ? "503" : "200") });
    const verdict = judge(run);
    expect(objectiveOf(verdict, "api-availability", "baseline").events).toEqual({ good: 5999, total: 6000 });
    expect(verdict.verdict).toBe("pass");
  });
});

type NeverPass = readonly [
  why: string,
  corruption: Corruption,
  expected: { readonly verdict: string; readonly exitCode: number; readonly code: ReasonCode; readonly says?: string },
];

const inconclusive = (code: ReasonCode, says = ""): NeverPass[2] => ({
  verdict: "inconclusive",
  exitCode: 3,
  code,
  says,
});

const cases: readonly NeverPass[] = [
  ["no counter has any series", withSeries("", () => null), inconclusive("no-data", "has no series")],
  ["a query was never asked", withEvidence(() => ({ counters: [] })), inconclusive("no-data", "was not asked")],
  [
    "Prometheus was away when evidence was collected",
    withEvidence(({ prometheus }) => ({ prometheus: { ...prometheus, reachable: false, error: "ECONNREFUSED" } })),
    { verdict: "error", exitCode: 4, code: "prometheus-unreachable", says: "ECONNREFUSED" },
  ],
  [
    "Prometheus went away between two queries",
    withOutcome("_bucket", () => ({ kind: "unreachable", message: "timeout" })),
    { verdict: "error", exitCode: 4, code: "prometheus-unreachable", says: "timeout" },
  ],
  [
    "something else answered a query",
    withOutcome("5..", () => ({ kind: "bad-response", message: "<html>" })),
    inconclusive("query-failed", "<html>"),
  ],
  [
    "the answer on `up` failed",
    withEvidence(() => ({ up: { kind: "bad-response", message: "503" } })),
    inconclusive("query-failed", "up: 503"),
  ],
  [
    "Prometheus warned",
    withOutcome("5..", (outcome) => ({ ...outcome, warnings: ["results truncated due to limit"] }) as typeof outcome),
    inconclusive("query-warning", "truncated"),
  ],
  [
    "Prometheus had an info",
    withOutcome("_count", (outcome) => ({ ...outcome, infos: ["might not be a counter"] }) as typeof outcome),
    inconclusive("query-warning", "might not be"),
  ],
  [
    "Prometheus was away in a judged window, by the evidence",
    withEvidence(({ prometheus }) => ({ prometheus: { ...prometheus, gaps: [{ from: at(8), to: at(9) }] } })),
    inconclusive("prometheus-gap", "1.0 s"),
  ],
  [
    "Prometheus was away in a judged window, by the timeline",
    withEvent({ at: at(12), type: "prometheus-lost", message: "ECONNREFUSED" }),
    inconclusive("prometheus-gap"),
  ],
  [
    "Prometheus's clock is off",
    withEvidence(({ prometheus }) => ({ prometheus: { ...prometheus, skewSeconds: -4 } })),
    inconclusive("clock-skew", "-4 s"),
  ],
  ...[Number.NaN, Number.POSITIVE_INFINITY, -1].map((nasty): NeverPass => [
    `a sample is ${nasty}`,
    withSeries("5..", (series) => withSamples(series, (time, value) => (inBaseline(time) ? nasty : value))),
    inconclusive("bad-sample", String(nasty)),
  ]),
  [
    "samples are out of order",
    withSeries("5..", (series) => ({ ...series, samples: series.samples.toReversed() })),
    inconclusive("bad-sample", "out of order"),
  ],
  [
    "a series is there twice",
    withOutcome("_count", (outcome) =>
      outcome.kind === "ok" ? { ...outcome, series: [...outcome.series, ...outcome.series] } : outcome,
    ),
    inconclusive("bad-sample", "twice"),
  ],
  [
    "good events outnumber all events",
    withSeries("_bucket", (series) => withSamples(series, (time, value) => (time > at(10) ? value + 9999 : value))),
    inconclusive("bad-sample", "good events among"),
  ],
  [
    "bad events are not among all events",
    withSeries(`{job="api"}`, (series) => (series.labels["status"] === "503" ? null : series)),
    inconclusive("bad-sample", "not among all events"),
  ],
  [
    "the query for bad events left a series out",
    withSeries("5..", (series) => (series.labels["route"] === "/readings" ? null : series)),
    inconclusive("bad-sample", "did not return"),
  ],
  [
    "a series misses a sample",
    withSeries("5..", (series) => withSamples(series, (time, value) => (inBaseline(time) ? null : value))),
    inconclusive("window-not-covered", "misses a sample"),
  ],
  [
    "a counter went away",
    withSeries("http_requests_total", (series) => withSamples(series, (time, value) => (time > at(10) ? null : value))),
    inconclusive("counter-reset"),
  ],
  [
    "`up` misses a scrape that the counters have",
    withEvidence(({ up }) => ({
      up:
        up.kind === "ok"
          ? {
              ...up,
              series: up.series.map((one) => withSamples(one, (time, value) => (inBaseline(time) ? null : value))),
            }
          : up,
    })),
    inconclusive("window-not-covered", "without a scrape (up is 1) at that time"),
  ],
  [
    "nobody knows when the instance was scraped",
    withEvidence(() => ({ up: { kind: "ok", series: [], warnings: [], infos: [] } })),
    inconclusive("window-not-covered", "was not scraped"),
  ],
  [
    "one replica of the job was never up",
    withEvidence(({ up }) => {
      const samples = Array.from({ length: 43 }, (_, second) => [at(second - 1.5), 0] as const);
      const labels = { __name__: "up", job: "api", instance: "127.0.0.1:9999" };
      return { up: up.kind === "ok" ? { ...up, series: [...up.series, { labels, samples }] } : up };
    }),
    inconclusive("window-not-covered", "127.0.0.1:9999"),
  ],
  [
    "scrapes end before the window does",
    withSeries("", (series) => withSamples(series, (time, value) => (time > at(37) ? null : value))),
    inconclusive("counter-reset"),
  ],
  ["no events were counted", withSeries("", (series) => withSamples(series, () => 5)), inconclusive("no-traffic")],
  [
    "a selector names a label that does not exist",
    (run) => retyped(run, "status=~", "statuss=~"),
    inconclusive("no-data", "the label 'statuss'"),
  ],
  [
    "a selector names a metric that does not exist",
    (run) => retyped(run, `http_requests_total{job="api",status`, `htp_requests_total{job="api",status`),
    inconclusive("no-data", "no metric htp_requests_total"),
  ],
  [
    "the latency is no bucket's edge",
    (run) => retyped(run, `le="0.25"`, `le="0.3"`),
    inconclusive("no-data", `le="0.3"`),
  ],
  [
    "k6's pushes stopped in the window",
    withSeries("k6_", (series) =>
      withSamples(series, (time, value) => (time > at(30.5) && time < at(33.5) ? null : value)),
    ),
    inconclusive("window-not-covered", "not pushed for"),
  ],
  [
    "a counter of k6 falls",
    withSeries("k6_", (series) => withSamples(series, (time, value) => (time > at(32) ? value / 100 : value))),
    inconclusive("bad-sample", "falls"),
  ],
  [
    "a judged phase was not reached",
    without((event) => event.type === "phase" && event.phase === "recovery/latency"),
    inconclusive("phase-missing"),
  ],
  [
    "a judged phase was entered twice",
    withEvent({ at: at(37), type: "phase", phase: "baseline" }),
    inconclusive("phase-missing", "more than once"),
  ],
  [
    "a fault was never injected",
    without((event) => event.type === "fault-injected" && event.fault === "latency"),
    inconclusive("fault-not-proven", "never injected"),
  ],
  [
    "a fault's effect was not measured",
    without((event) => event.type === "fault-proven" && event.fault === "latency"),
    inconclusive("fault-not-proven"),
  ],
  [
    "a fault had no effect",
    withEvents((events) =>
      events.map((event): RunEvent =>
        event.type === "fault-proven" && event.fault === "latency"
          ? { at: event.at, type: "fault-unproven", fault: "latency", measurement, message: "5 ms of 400 ms" }
          : event,
      ),
    ),
    inconclusive("fault-not-proven", "5 ms of 400 ms"),
  ],
  [
    "the end of a fault was not seen",
    without((event) => event.type === "undo-proven" && event.fault === "latency"),
    inconclusive("fault-not-undone"),
  ],
  [
    "nobody looked whether the target came back",
    without((event) => event.type === "undo-proven" && event.fault === "process-kill"),
    inconclusive("fault-not-undone"),
  ],
  [
    "a held fault was not undone",
    withEvent({ at: at(29), type: "undo-unproven", fault: "latency", measurement, message: "still 400 ms" }),
    inconclusive("fault-not-undone", "still 400 ms"),
  ],
  [
    "the target did not come back",
    withEvent({
      at: at(39),
      type: "undo-unproven",
      fault: "process-kill",
      measurement: null,
      message: "not ready after 10 s",
    }),
    { verdict: "fail", exitCode: 1, code: "not-recovered", says: "not ready after 10 s" },
  ],
  [
    "a fault may be left behind",
    withEvent({
      at: at(40),
      type: "fault-left-behind",
      fault: "latency",
      message: "no answer",
      command: "proofload chaos recover",
    }),
    { verdict: "error", exitCode: 5, code: "fault-not-undone", says: "proofload chaos recover" },
  ],
  [
    "too few iterations were started",
    withLoad({ iterations: 20_000 }),
    inconclusive("load-not-delivered", "20,000 of 21,000"),
  ],
  [
    "k6 dropped iterations, however many it finished",
    withLoad({ iterations: 21_300, droppedIterations: 900, startLagP99Seconds: null }),
    inconclusive("load-not-delivered", "20,100 of 21,000"),
  ],
  [
    "k6 got failures that the service did not count",
    (run) =>
      withSeries('k6_http_reqs_total{expected_response="true"', (series) =>
        series.labels["phase"] === "baseline" ? null : series,
      )(
        withSeries("k6_http_reqs_total{testid", (series) =>
          series.labels["phase"] === "baseline"
            ? { ...series, labels: { ...series.labels, status: "0", expected_response: "false" } }
            : series,
        )(run),
      ),
    inconclusive("counts-disagree", "were answered as expected"),
  ],
  [
    "what k6 counted is not there to be held against a pass",
    withSeries("k6_http_reqs_total", () => null),
    inconclusive("counts-disagree", "could not be held against it"),
  ],
  [
    "a program ended that no fault was meant for",
    withEvent({ at: at(36), type: "process-ended", process: "api", how: "signal SIGKILL" }),
    inconclusive("process-ended", "api ended by itself"),
  ],
  ["k6 left no summary", withLoad({ iterations: null }), inconclusive("load-unobserved")],
  [
    "iterations never ended",
    withLoad({ unfinishedIterations: 300 }),
    inconclusive("requests-unanswered", "300 iterations never ended"),
  ],
  [
    "k6 pushed some of its requests under another id",
    withLoad({ requestsPushed: 5000 }),
    inconclusive("counts-disagree", "something sets the tag testid"),
  ],
  [
    "a declared metrics page was never scraped",
    withEvidence(({ up }) => ({
      up:
        up.kind === "ok"
          ? {
              ...up,
              series: [
                ...up.series,
                {
                  labels: { job: "html", instance: "h:1" },
                  samples: [
                    [at(10), 0],
                    [at(20), 0],
                  ],
                },
              ],
            }
          : up,
    })),
    inconclusive("no-data", "Prometheus never got the metrics of html (h:1)"),
  ],
  [
    "k6's health was not observed",
    withLoad({ cpuShare: null, startLagP99Seconds: null }),
    inconclusive("load-unobserved"),
  ],
  ["k6 was short of CPU", withLoad({ cpuShare: 0.95 }), inconclusive("generator-saturated", "95 %")],
  ["k6 was late", withLoad({ startLagP99Seconds: 2 }), inconclusive("generator-saturated", "2.00 s late")],
  ["a number of k6's is no number", withLoad({ cpuShare: Number.NaN }), inconclusive("generator-saturated")],
  [
    "the service saw fewer requests than succeeded",
    withLoad({ requestsSeenByService: 20_000 }),
    inconclusive("counts-disagree"),
  ],
  [
    "the service saw more requests than were sent",
    withLoad({ requestsSeenByService: 25_000 }),
    inconclusive("counts-disagree"),
  ],
  ["the service's own count is missing", withLoad({ requestsSeenByService: null }), inconclusive("counts-disagree")],
  ["the scenario threw", withLoad({ scriptError: "TypeError: x" }), inconclusive("script-error", "TypeError: x")],
  [
    "iterations threw",
    withLoad({ exceptions: 21, scriptError: "TypeError: x" }),
    inconclusive("script-error", "21 of 21,000 iterations (0.1 %) ended with an exception; the first: TypeError: x"),
  ],
  ["nobody counted exceptions", withLoad({ exceptions: null }), inconclusive("load-unobserved", "exceptions")],
  [
    "nearly all VUs were busy",
    withLoad({ vusPeak: 790 }),
    inconclusive("vus-at-ceiling", "790 of 800 VUs were busy at once, 90 % is the limit"),
  ],
  ["nobody knows how many VUs were busy", withLoad({ vusPeak: null }), inconclusive("load-unobserved", "VUs")],
  [
    "k6 held most of the memory",
    withLoad({ memoryPeakBytes: 6e9 }),
    inconclusive("generator-saturated", "75 % of the memory"),
  ],
  [
    "the hypervisor took the CPU away",
    withLoad({ machine: { ...healthy.evidence.load.machine, stealShare: 0.2 } }),
    inconclusive("machine-busy", "gave 20 % of the CPU to others"),
  ],
  [
    "a threshold of k6 saw nothing",
    withLoad({ thresholds: [{ metric: "http_req_duration{name:nope}", expression: "p(99)<250", held: null }] }),
    inconclusive("threshold-unobserved", "http_req_duration{name:nope}: p(99)<250"),
  ],
  [
    "a check never held",
    withLoad({ checks: [{ name: "has a body", passes: 0, fails: 24_000 }] }),
    inconclusive("check-never-held", "'has a body' failed all 24,000 times"),
  ],
  ["the script threw outside of iterations", withLoad({ k6ExitCode: 107 }), inconclusive("script-error", "107")],
  ["k6 crashed", withLoad({ k6ExitCode: 109 }), inconclusive("k6-failed", "109")],
  ["k6 was stopped by others", withLoad({ k6ExitCode: 105 }), inconclusive("k6-failed", "stopped by a signal")],
  ["the scenario aborted the test", withLoad({ k6ExitCode: 108 }), inconclusive("test-aborted", "108")],
  ["the scenario failed the test", withLoad({ k6ExitCode: 110 }), inconclusive("test-marked-failed", "110")],
  ["k6 was killed", withLoad({ k6ExitCode: null }), inconclusive("k6-failed", "killed")],
  [
    "the run was interrupted",
    withEvent({ at: at(40.05), type: "cut-short", cause: "SIGINT" }),
    { verdict: "inconclusive", exitCode: 130, code: "run-cut-short", says: "SIGINT" },
  ],
  [
    "the run was terminated",
    withEvent({ at: at(40.05), type: "cut-short", cause: "SIGTERM" }),
    { verdict: "inconclusive", exitCode: 143, code: "run-cut-short" },
  ],
  [
    "the run was aborted",
    withEvent({ at: at(40.05), type: "cut-short", cause: "k6 ended early" }),
    inconclusive("run-cut-short", "k6 ended early"),
  ],
  ["the load's end is unknown", without(({ type }) => type === "load-ended"), inconclusive("run-cut-short")],
  ["the evidence is another run's", withEvidence(() => ({ runId: "run-0" })), inconclusive("no-data", "run-0")],
  ["the gate judges nothing", withObjectives(() => []), inconclusive("nothing-judged")],
];

/** The run, planned with SLOs whose queries have a typo, and with what Prometheus then answers: nothing. */
function retyped(run: Parameters<Corruption>[0], from: string, to: string): typeof run {
  const mistype = (query: string): string => query.replace(from, to);
  const planned = withObjectives((objectives) =>
    objectives.map((one) => ({
      ...one,
      indicator:
        one.indicator.kind === "good"
          ? { ...one.indicator, good: mistype(one.indicator.good) }
          : one.indicator.kind === "bad"
            ? { ...one.indicator, bad: mistype(one.indicator.bad) }
            : one.indicator,
    })),
  )(run);
  return withEvidence(({ counters }) => ({
    counters: counters.map((one) =>
      one.query.includes(from)
        ? { ...one, query: mistype(one.query), outcome: { kind: "ok", series: [], warnings: [], infos: [] } }
        : one,
    ),
  }))(planned);
}

/** Of these an engineer needs to know when it was. */
const TIMED: readonly string[] = ["window-not-covered", "counter-reset", "no-traffic"];

describe("a run does not pass when", () => {
  test.each(cases)("%s", (_, corruption, expected) => {
    const verdict = judge(corruption(healthy));
    expect(verdict).toMatchObject({ verdict: expected.verdict, exitCode: expected.exitCode });
    const texts = verdict.reasons.filter(({ code }) => code === expected.code).map(({ message }) => message);
    expect(texts.join("\n")).toContain(expected.says ?? "");
    expect(texts).not.toEqual([]);
    for (const text of TIMED.includes(expected.code) ? texts : []) {
      expect(text).toMatch(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z/);
      expect(text.length).toBeLessThan(270);
      expect(text).not.toContain("\n");
    }
    expect(verdict.summary).not.toBe("");
  });

  test("Prometheus is away, and says so of every objective", () => {
    const away = withEvidence(({ prometheus }) => ({ prometheus: { ...prometheus, reachable: false } }));
    const { objectives } = judge(away(healthy));
    expect(new Set(objectives.map(({ verdict, reason }) => `${verdict} ${reason.code}`))).toEqual(
      new Set(["error prometheus-unreachable"]),
    );
  });

  test("no evidence was collected", () => {
    expect(judge({ ...healthy, evidence: null })).toMatchObject({ verdict: "inconclusive", exitCode: 3 });
  });

  test("the judge itself has a bug", () => {
    const broken = { ...healthy, events: null as unknown as readonly RunEvent[] };
    expect(judge(broken)).toMatchObject({ verdict: "error", exitCode: 70, reasons: [{ code: "internal-error" }] });
  });

  test("the process restarts where no fault declared it", () => {
    const verdict = judge(simulateRun({ gate, apiDown: { from: 10, to: 10.2 } }));
    expect(objectiveOf(verdict, "api-availability", "baseline").reason.code).toBe("counter-reset");
    expect(verdict.verdict).not.toBe("pass");
  });

  test("the process is away where no fault declared it", () => {
    const verdict = judge(simulateRun({ gate, apiDown: { from: 10, to: 12 } }));
    expect(objectiveOf(verdict, "api-availability", "baseline").reason.code).toBe("window-not-covered");
    expect(verdict.verdict).not.toBe("pass");
  });

  test("there are too few events, and it says how many would do", () => {
    const run = simulateRun({ gate: { ...gate, confidence: 0.9999 } });
    const objective = objectiveOf(judge(run), "api-availability", "baseline");
    expect(objective).toMatchObject({ verdict: "inconclusive", reason: { code: "interval-straddles" } });
    expect(objective.eventsToDecide).toBeGreaterThan(6000);
  });
});

describe("the statistics of a verdict", () => {
  const baseline = { ...gate, objectives: gate.objectives.filter(({ phase }) => phase === "baseline") };
  /** Failures at these requests of the 6,000 in the baseline, which begin with number 3,840. */
  const failing = (fits: (index: number) => boolean, of = baseline) =>
    objectiveOf(
      judge(simulateRun({ gate: of, status: (at, index) => (at >= 6.4 && at < 16.4 && fits(index) ? "503" : "200") })),
      "api-availability",
      "baseline",
    );
  const at99 = { ...baseline, objectives: baseline.objectives.map((one) => ({ ...one, target: 0.99 })) };

  test("let failures that come together weigh less than as many that come singly", () => {
    const together = failing((index) => index >= 6000 && index < 6040, at99);
    const singly = failing((index) => index % 150 === 0, at99);
    for (const { events } of [together, singly]) expect(events).toEqual({ good: 5960, total: 6000 });
    expect(singly).toMatchObject({ verdict: "pass", interval: { method: "clopper-pearson" } });
    expect(together).toMatchObject({ verdict: "inconclusive", interval: { method: "korn-graubard" } });
    expect(together.interval?.effectiveEvents.low).toBeLessThan(150);
    expect(together.reason.message).toMatch(
      /where 6,000 events count as 1\d\d, as failures came together, on both sides .* events would decide$/,
    );
    expect(together.eventsToDecide).toBeGreaterThan(6000);
  });

  test("tell failures that come together from k6's counters, too", () => {
    const { slo, phase } = { slo: "api-availability-under-fault", phase: "fault/process-kill" };
    const spell = (from: number, count: number, every: number) =>
      objectiveOf(
        judge(
          simulateRun({
            gate,
            status: (_, index) =>
              index >= from && index < from + count * every && index % every === 0 ? "503" : "200",
          }),
        ),
        slo,
        phase,
      );
    expect(spell(19_000, 12, 1).interval?.effectiveEvents.low).toBeLessThan(400);
    expect(spell(18_200, 12, 180).interval?.effectiveEvents.low).toBeGreaterThan(1000);
  });

  test("hold what the gate states of bursts against a pass without any failure", () => {
    expect(failing(() => false)).toMatchObject({ verdict: "pass" });
    expect(failing(() => false, { ...baseline, failureBurst: 5 })).toMatchObject({
      verdict: "inconclusive",
      eventsToDecide: 14_972,
      interval: { effectiveEvents: { low: 1200, high: 1200 } },
    });
  });

  test("decide nothing with fewer events than are asked for, not even a fail", () => {
    const asking = (minEvents: number) => ({
      ...baseline,
      objectives: baseline.objectives.map((one) => ({ ...one, minEvents })),
    });
    for (const fits of [() => false, () => true]) {
      expect(failing(fits, asking(6001))).toMatchObject({
        verdict: "inconclusive",
        reason: { code: "too-few-events", message: "6,000 events, and fewer than 6,001 decide nothing" },
        eventsToDecide: 6001,
        missProbability: null,
      });
      expect(failing(fits, asking(6000)).verdict).not.toBe("inconclusive");
    }
  });

  test("take a narrow miss back where many objectives are judged at once, and let it stand alone", () => {
    const alone = { ...at99, objectives: at99.objectives.filter(({ slo }) => slo === "api-availability") };
    const narrowly = (index: number): boolean => index % 80 === 0;
    expect(failing(narrowly, alone)).toMatchObject({ verdict: "fail", events: { good: 5926 } });
    const many = { ...gate, objectives: gate.objectives.map((one) => ({ ...one, target: 0.99 })) };
    const objective = failing(narrowly, many);
    expect(objective).toMatchObject({ verdict: "inconclusive", reason: { code: "fail-not-significant" } });
    expect(objective.reason.message).toContain("of 9 objectives judged at once");
  });
});

describe("a missed objective", () => {
  const down = { from: 30.05, to: 31.75 };
  const dead = simulateRun({ gate, killTarget: "process/api", apiDown: down });

  test("fails, and the summary names the worst", () => {
    const verdict = judge(dead);
    expect(verdict).toMatchObject({ verdict: "fail", exitCode: 1 });
    expect(verdict.summary).toMatch(
      /^api-availability-under-fault in fault\/process-kill: 5\d(\.\d)? % of 2,\d{3} events were good, 99 % promised$/,
    );
  });

  test("stands first in the summary when it is the worst of several", () => {
    const run = simulateRun({ gate, status: (time, index) => (index % (time < 17 ? 50 : 10) === 0 ? "503" : "200") });
    const { summary, objectives } = judge(run);
    expect(objectives.filter(({ verdict }) => verdict === "fail")).toHaveLength(5);
    // 2 % bad of 0.1 % allowed is worse than 10 % of 1 %.
    expect(summary).toBe("api-availability in baseline: 98 % of 6,000 events were good, 99.9 % promised (and 4 more)");
  });

  test("fails by latency too", () => {
    const slow = simulateRun({
      gate,
      latencySeconds: (time, index) => (time >= 5 && time < 17 && index % 20 === 0 ? 0.3 : 0.004),
    });
    const verdict = judge(slow);
    expect(objectiveOf(verdict, "api-latency", "baseline")).toMatchObject({
      verdict: "fail",
      events: { good: 5700, total: 6000 },
    });
    expect(objectiveOf(verdict, "api-availability", "baseline").verdict).toBe("pass");
  });

  test("stands when the load was not delivered, as long as the generator was healthy", () => {
    expect(judge(withLoad({ iterations: 20_000 })(dead))).toMatchObject({ verdict: "fail", exitCode: 1 });
  });

  const busy = withLoad({ machine: { ...healthy.evidence.load.machine, othersCpuShare: 0.4 } });

  test("under a fault stands beside busy programs of others when the run began well", () => {
    expect(judge(busy(dead))).toMatchObject({ verdict: "fail", exitCode: 1 });
  });

  test("that is mostly errors stands beside busy programs of others from the start", () => {
    const broken = simulateRun({ gate, status: () => "500" });
    expect(objectiveOf(judge(busy(broken)), "api-availability", "baseline").verdict).toBe("fail");
  });

  test("does not stand beside busy programs of others when nothing before it held", () => {
    const slow = simulateRun({ gate, latencySeconds: () => 0.6 });
    expect(judge(slow)).toMatchObject({ verdict: "fail", exitCode: 1 });
    const verdict = judge(busy(slow));
    expect(verdict).toMatchObject({ verdict: "inconclusive", exitCode: 3 });
    expect(objectiveOf(verdict, "api-latency", "baseline").reason.code).toBe("machine-busy");
    expect(objectiveOf(verdict, "api-latency-under-fault", "fault/latency").reason.code).toBe("machine-busy");
  });

  test.each([
    ["generator-saturated", withLoad({ cpuShare: 0.99 })],
    ["script-error", withLoad({ scriptError: "TypeError" })],
    ["machine-busy", withLoad({ machine: { ...healthy.evidence.load.machine, stealShare: 0.4 } })],
    ["generator-saturated", withLoad({ memoryPeakBytes: 7e9 })],
  ] as const)("does not stand with %s", (code, corruption) => {
    const verdict = judge(corruption(dead));
    expect(verdict).toMatchObject({ verdict: "inconclusive", exitCode: 3 });
    expect(objectiveOf(verdict, "api-availability-under-fault", "fault/process-kill").reason.code).toBe(code);
  });

  test("stands when all VUs were busy: a slow service does that", () => {
    expect(judge(withLoad({ vusPeak: 800 })(dead))).toMatchObject({ verdict: "fail", exitCode: 1 });
  });

  test("ends in 130 when the run was interrupted after it", () => {
    const verdict = judge(withEvent({ at: at(40.05), type: "cut-short", cause: "SIGINT" })(dead));
    expect(verdict).toMatchObject({ verdict: "fail", exitCode: 130 });
  });

  test("is not made by a target that nobody waited for", () => {
    const unproven = withEvent({
      at: at(39),
      type: "undo-unproven",
      fault: "process-kill",
      measurement: null,
      message: "stopped waiting",
    });
    const cut = withEvent({ at: at(39.5), type: "cut-short", cause: "SIGINT" });
    expect(judge(cut(unproven(healthy)))).toMatchObject({ verdict: "inconclusive", exitCode: 130 });
  });
});

describe("a run passes", () => {
  test.each([
    [
      "although other programs used the CPU: they make a service slow, never fast",
      withLoad({ machine: { ...healthy.evidence.load.machine, othersCpuShare: 0.6 } }),
    ],
    [
      "where nobody can watch the machine",
      withLoad({
        memoryPeakBytes: null,
        machine: { cores: 2, memoryBytes: null, cpuShare: null, stealShare: null, othersCpuShare: null },
      }),
    ],
    ["although k6 crossed a threshold, which is evidence and no verdict", withLoad({ k6ExitCode: 99 })],
    [
      "although a threshold on a phase that the run does not have saw nothing",
      withLoad({ thresholds: [{ metric: "http_reqs{phase:step/9}", expression: "count>1", held: null }] }),
    ],
    [
      "with the exceptions that are allowed",
      (run) => ({
        ...withLoad({ exceptions: 21, scriptError: "TypeError: x" })(run),
        plan: { ...run.plan, limits: { ...run.plan.limits, maxExceptionShare: 0.001 } },
      }),
    ],
    [
      "where the project has no counter of all requests",
      (run) => ({
        ...withLoad({ requestsSeenByService: null })(run),
        plan: { ...run.plan, service: { ...run.plan.service, countsRequests: false } },
      }),
    ],
  ] satisfies readonly (readonly [string, Corruption])[])("%s", (_, change) => {
    expect(judge(change(healthy))).toMatchObject({ verdict: "pass", reasons: [] });
  });
});

describe("a closed model", () => {
  const closed: Corruption = (run) => ({
    ...run,
    plan: { ...run.plan, load: { ...run.plan.load, executor: "ramping-vus", unit: "VUs" } },
  });

  test("passes without a plan of its iterations, with all VUs busy", () => {
    const { verdict, load } = judge(withLoad({ vusPeak: 800, startLagP99Seconds: null })(closed(healthy)));
    expect(verdict).toBe("pass");
    expect(load).toMatchObject({ plannedIterations: null, startedIterations: 21_000, deliveredShare: null });
  });

  test("is not delivered when no iteration finished", () => {
    const { verdict, load } = judge(withLoad({ iterations: 0 })(closed(healthy)));
    expect(verdict).toBe("inconclusive");
    expect(load.reasons.map(({ code }) => code)).toEqual(["load-not-delivered"]);
  });
});

describe("an objective that broke and ended the load", () => {
  const broke: RunEvent = {
    at: at(15),
    type: "objective-broke",
    slo: "api-latency",
    phase: "baseline",
    target: 0.99,
    good: 2700,
    total: 3000,
    windowSeconds: 5,
  };
  const quiet = {
    ...gate,
    objectives: gate.objectives.filter(({ phase }) => phase === "baseline"),
  };
  const run = simulateRun({ gate: quiet });
  const cut = (run: typeof healthy): typeof healthy => ({
    ...run,
    plan: { ...run.plan, experiment: null },
    events: [...run.events.filter((event) => event.at < at(15) && !("fault" in event)), broke]
      .concat({ at: at(17), type: "load-ended", k6ExitCode: 105 })
      .concat({ at: at(18), type: "run-ended" }),
    evidence: {
      ...run.evidence,
      load: {
        ...run.evidence.load,
        k6ExitCode: 105,
        iterations: 6000,
        requests: 9000,
        requestsSeenByService: 9000,
      },
    },
  });

  test("fails the run with its numbers, against what was planned until then", () => {
    const verdict = judge(cut(run));
    expect(verdict).toMatchObject({ verdict: "fail", exitCode: 1 });
    expect(verdict.reasons).toEqual([
      {
        code: "objective-broke",
        message:
          "api-latency in baseline: 90 % of the 3,000 events in the last 5 s were good, 99 % promised, so the load was ended",
      },
    ]);
    expect(verdict.load).toMatchObject({ plannedIterations: 6000, startedIterations: 6000, reasons: [] });
    expect(verdict.phases.slice(-3)).toEqual([
      { phase: "baseline", from: at(6), to: at(14) },
      { phase: "settle", from: at(14), to: at(15) },
      { phase: "settle", from: at(15), to: at(17) },
    ]);
  });

  test("proves nothing when the generator was not healthy", () => {
    const verdict = judge(withLoad({ machine: { ...healthy.evidence.load.machine, othersCpuShare: 0.5 } })(cut(run)));
    expect(verdict).toMatchObject({ verdict: "inconclusive", exitCode: 3 });
    expect(verdict.reasons[0]?.code).toBe("machine-busy");
  });

  test("does not hide that the run was interrupted", () => {
    const verdict = judge(withEvent({ at: at(16), type: "cut-short", cause: "SIGINT" })(cut(run)));
    expect(verdict).toMatchObject({ verdict: "fail", exitCode: 130 });
  });
});

describe("a restart that a fault declared", () => {
  const serviceCounts = {
    ...gate,
    objectives: gate.objectives
      .filter(({ slo, phase }) => slo === "api-availability-under-fault" && phase === "fault/latency")
      .map((one) => ({ ...one, phase: "fault/process-kill" })),
  };

  test("is excused, and what may have been lost counts as bad for a pass but not for a fail", () => {
    const run = simulateRun({ gate: serviceCounts, killTarget: "process/api", apiDown: { from: 30.03, to: 30.2 } });
    const [objective] = judge(run).objectives;
    expect(objective).toMatchObject({ verdict: "inconclusive", reason: { code: "interval-straddles" } });
    expect(objective?.excused).toEqual([
      "the counters of api/127.0.0.1:8080 started again between 2023-11-14T22:13:49.400Z and 2023-11-14T22:13:50.400Z: process-kill",
    ]);
    const { good = 0, total = 0, lost } = objective?.events ?? {};
    expect([total - good, lost]).toEqual([600, 600]);
    expect(objective?.reason.message).toMatch(/, with 600 of [\d,]+ events that may be lost, on both sides of the 9/);
    // So many that the lost ones are no more than the objective allows; not so few that none would be bad.
    expect(objective?.eventsToDecide).toBeGreaterThan(600 / (1 - (objective?.target ?? 0)));
    expect(objective?.interval?.high).toBe(1);
  });

  test("is excused with the gap that it makes", () => {
    const run = simulateRun({ gate: serviceCounts, killTarget: "process/api", apiDown: { from: 30.03, to: 31.75 } });
    const [objective] = judge(run).objectives;
    expect(objective?.verdict).toBe("inconclusive");
    expect(objective?.excused).toHaveLength(2);
  });

  test("is not excused on another target", () => {
    const run = simulateRun({ gate: serviceCounts, killTarget: "process/store", apiDown: { from: 30.03, to: 30.2 } });
    expect(judge(run).objectives[0]?.reason.code).toBe("counter-reset");
  });

  test("is not excused after the target came back", () => {
    const late = {
      ...serviceCounts,
      objectives: serviceCounts.objectives.map((one) => ({ ...one, phase: "recovery/process-kill" })),
    };
    const run = simulateRun({ gate: late, killTarget: "process/api", apiDown: { from: 37, to: 37.2 } });
    expect(judge(run).objectives[0]?.reason.code).toBe("counter-reset");
  });
});
