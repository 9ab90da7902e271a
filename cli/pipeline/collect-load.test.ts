import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, describe, expect, test } from "vitest";

import { UNKNOWN_USE } from "../../lib/machine/program-use.ts";
import type { ProgramUse } from "../../lib/machine/program-use.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import type { LoadEvidence, QueryOutcome } from "../../lib/run/evidence.ts";
import type { RunEvent } from "../../lib/run/events.ts";
import type { RunPlan } from "../../lib/run/plan.ts";
import { collectLoad } from "./collect-load.ts";

const START = 1000;
const MACHINE = { cores: 2, memoryBytes: 1e9, cpuShare: 0.5, stealShare: 0, othersCpuShare: 0.1 };

const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
});

/** A metric's series: each with the labels that a selector may name, and [seconds after the start, value]. */
type Stored = Readonly<
  Record<string, readonly { readonly labels?: string; readonly samples: readonly (readonly [number, number])[] }[]>
>;

const answer = (value: number | null): QueryOutcome => ({
  kind: "ok",
  series: value === null ? [] : [{ labels: {}, samples: [[0, value]] }],
  warnings: [],
  infos: [],
});

/** As much of PromQL as is asked: highest values over time, their sum or maximum, and recorded quantiles. */
function prometheusOf(stored: Stored, quantiles: Readonly<Record<string, number>> = {}): PrometheusClient {
  const query = (promql: string, at = 0): Promise<QueryOutcome> => {
    const asked = /^(sum|max)\(max_over_time\((\w+)\{([^}]*)\}\[(\d+)ms\]\)\)$/.exec(promql);
    if (asked === null) {
      const [, value] = Object.entries(quantiles).find(([start]) => promql.startsWith(start)) ?? [];
      return Promise.resolve(answer(value ?? null));
    }
    const [, how, metric = "", matchers = "", range] = asked;
    const only = matchers.split(",").slice(1);
    const tops = (stored[metric] ?? [])
      .filter(({ labels = "" }) => only.every((one) => labels.includes(one)))
      .map(({ samples }) => samples.filter(([time]) => START + time <= at && START + time >= at - Number(range) / 1000))
      .filter((samples) => samples.length > 0)
      .map((samples) => Math.max(...samples.map(([, value]) => value)));
    if (tops.length === 0) return Promise.resolve(answer(null));
    return Promise.resolve(answer(how === "sum" ? tops.reduce((a, b) => a + b) : Math.max(...tops)));
  };
  return {
    url: "http://127.0.0.1:9",
    query,
    rawSamples: (selector) => {
      const series = stored[selector.replace(/\{.*/, "")] ?? [];
      return Promise.resolve({
        kind: "ok",
        series: series.map(({ samples }) => ({
          labels: {},
          samples: samples.map(([at, value]) => [START + at, value] as const),
        })),
        warnings: [],
        infos: [],
      });
    },
    queryRange: () => Promise.reject(new Error("not asked")),
    identify: () => Promise.reject(new Error("not asked")),
    features: () => Promise.reject(new Error("not asked")),
  };
}

const summary = (metrics: Readonly<Record<string, Readonly<Record<string, number>>>>): string =>
  JSON.stringify({
    schemaVersion: 1,
    runId: "r",
    scenario: "load",
    durationSeconds: 30,
    metrics: Object.fromEntries(Object.entries(metrics).map(([name, values]) => [name, { type: "counter", values }])),
    thresholds: [],
    checks: [],
  });
const WHOLE = summary({
  iterations: { count: 300 },
  http_reqs: { count: 310 },
  http_req_failed: { passes: 4, fails: 306 },
  vus: { max: 9 },
});

const phase = (at: number, name: string): RunEvent => ({ at: START + at, type: "phase", phase: name });
const ENDED: RunEvent = { at: START + 30, type: "load-ended", k6ExitCode: 0 };

interface Given {
  readonly prometheus: PrometheusClient | null;
  readonly summary?: string;
  readonly events?: readonly RunEvent[];
  readonly phases?: readonly string[];
  readonly k6?: ProgramUse;
  readonly scrapesK6?: boolean;
  readonly gracefulStopSeconds?: number;
}

/** As /proc shows k6: half of each window's length as its share of two cores. */
const SEEN: ProgramUse = { cpuShare: ({ from, to }, cores) => (to - from) / 2 / cores, memoryPeakBytes: () => 7e6 };

async function collect(given: Given): Promise<Omit<LoadEvidence, "requestsSeenByService">> {
  const runDir = mkdtempSync(join(tmpdir(), "proofload-collect-"));
  dirs.push(runDir);
  mkdirSync(join(runDir, "k6"));
  if (given.summary !== undefined) writeFileSync(join(runDir, "k6", "summary.json"), given.summary);
  const load = {
    unit: "iterations/s",
    // 305 iterations.
    stages: [
      { startSeconds: 0, endSeconds: 10, from: 1, to: 20 },
      { startSeconds: 10, endSeconds: 30, from: 10, to: 10 },
    ],
    durationSeconds: 30,
    gracefulStopSeconds: given.gracefulStopSeconds ?? 0,
    warmupSeconds: 10,
    phases: (given.phases ?? []).map((name) => ({ phase: name, startSeconds: 0 })),
  };
  return collectLoad({
    plan: { runId: "r", load } as unknown as RunPlan,
    events: given.events ?? [ENDED],
    runDir,
    machine: MACHINE,
    k6: given.k6 ?? UNKNOWN_USE,
    scrapesK6: given.scrapesK6 ?? true,
    prometheus: given.prometheus,
    window: { from: START, to: START + 30 },
  });
}

const STORED: Stored = {
  k6_vus: [
    {
      samples: [
        [1, 3],
        [20, 12],
        [30, 5],
      ],
    },
  ],
  k6_iterations_total: [
    {
      labels: 'phase="warmup"',
      samples: [
        [1, 10],
        [9, 90],
      ],
    },
    {
      samples: [
        [11, 20],
        [20, 100],
        [29, 190],
      ],
    },
  ],
  k6_http_reqs_total: [
    {
      labels: 'expected_response="true"',
      samples: [
        [1, 10],
        [29, 280],
      ],
    },
    {
      labels: 'expected_response="false"',
      samples: [
        [15, 2],
        [25, 7],
      ],
    },
  ],
  process_cpu_seconds_total: [
    {
      samples: [
        [0, 1],
        [10, 3],
        [20, 9],
        [30, 21],
      ],
    },
  ],
  process_resident_memory_bytes: [
    {
      samples: [
        [0, 1e6],
        [10, 5e6],
        [30, 4e6],
      ],
    },
  ],
};
const LAG = { "histogram_quantile(0.01": 0.002, "histogram_quantile(0.99": 0.012 };

describe("a load that has a summary", () => {
  test("is told by k6 where it can, and by Prometheus where the warm-up must not count", async () => {
    expect(await collect({ prometheus: prometheusOf(STORED, LAG), summary: WHOLE })).toEqual({
      k6ExitCode: 0,
      iterations: 190,
      droppedIterations: 0,
      exceptions: 0,
      scriptError: null,
      requests: 310,
      requestsPushed: 287,
      // 305 were planned.
      unfinishedIterations: 5,
      failedRequests: 4,
      vusPeak: 9,
      cpuShare: 20 / 30 / 2,
      memoryPeakBytes: 5e6,
      startLagP99Seconds: 0.01,
      machine: MACHINE,
      thresholds: [],
      checks: [],
      phases: [],
      failures: [],
    });
  });

  test("has an unknown number of drops where k6 counted some that Prometheus has not", async () => {
    const dropping = summary({
      iterations: { count: 300 },
      dropped_iterations: { count: 5 },
      http_reqs: { count: 300 },
    });
    const seen = await collect({ prometheus: prometheusOf(STORED, LAG), summary: dropping });
    expect(seen).toMatchObject({ droppedIterations: null, startLagP99Seconds: null });
  });

  test("counts the drops after the warm-up only", async () => {
    const dropping = summary({
      iterations: { count: 300 },
      dropped_iterations: { count: 5 },
      http_reqs: { count: 300 },
    });
    const stored = {
      ...STORED,
      k6_dropped_iterations_total: [
        {
          samples: [
            [8, 2],
            [12, 5],
          ] as const,
        },
      ],
    };
    const seen = await collect({ prometheus: prometheusOf(stored, LAG), summary: dropping });
    expect(seen).toMatchObject({ droppedIterations: 3, startLagP99Seconds: null });
  });

  test("says what k6 says while Prometheus is away, and nothing of what has times", async () => {
    expect(await collect({ prometheus: null, summary: WHOLE })).toMatchObject({
      iterations: null,
      droppedIterations: 0,
      requests: 310,
      vusPeak: 9,
      cpuShare: null,
      startLagP99Seconds: null,
    });
  });
});

describe("iterations that never ended", () => {
  test("are those that were planned, and neither ended nor were dropped", async () => {
    const dropping = summary({
      iterations: { count: 290 },
      dropped_iterations: { count: 9 },
      http_reqs: { count: 310 },
    });
    const seen = await collect({ prometheus: null, summary: dropping });
    expect(seen.unfinishedIterations).toBe(6);
  });

  test("are none when k6 ended without waiting for them", async () => {
    const seen = await collect({ prometheus: null, summary: WHOLE, gracefulStopSeconds: 5 });
    expect(seen.unfinishedIterations).toBe(0);
  });

  test("are unknown when the load was ended early", async () => {
    const cut: RunEvent = { at: START + 20, type: "cut-short", cause: "SIGINT" };
    expect((await collect({ prometheus: null, summary: WHOLE, events: [cut, ENDED] })).unfinishedIterations).toBeNull();
  });
});

describe("a load in constant memory", () => {
  test("is told by Prometheus alone, in which a counter that is not there has counted nothing", async () => {
    expect(await collect({ prometheus: prometheusOf(STORED, LAG) })).toMatchObject({
      iterations: 190,
      droppedIterations: 0,
      exceptions: 0,
      requests: 287,
      failedRequests: 7,
      vusPeak: 12,
      startLagP99Seconds: 0.01,
    });
  });

  test("is unknown where k6 pushed nothing at all", async () => {
    expect(await collect({ prometheus: prometheusOf({}) })).toMatchObject({
      iterations: null,
      droppedIterations: null,
      exceptions: null,
      requests: null,
      failedRequests: null,
      vusPeak: null,
      cpuShare: null,
      memoryPeakBytes: null,
      startLagP99Seconds: null,
    });
  });

  test("is unknown where Prometheus does not say what there was before", async () => {
    const prometheus = prometheusOf(STORED, LAG);
    const query: PrometheusClient["query"] = (promql, at) =>
      at === START + 10 ? Promise.resolve({ kind: "unreachable", message: "away" }) : prometheus.query(promql, at);
    expect(await collect({ prometheus: { ...prometheus, query } })).toMatchObject({ iterations: null, requests: 287 });
  });
});

describe("k6's own use of the machine", () => {
  const phases = ["step/100"];
  const events = [phase(10, "step/100"), phase(20, "recovery"), ENDED];
  const seen = { k6: SEEN, phases, events, summary: WHOLE };

  test("is what the run's own Prometheus scraped", async () => {
    const scraped = { cpuShare: 20 / 30 / 2, memoryPeakBytes: 5e6, phases: [{ cpuShare: 6 / 10 / 2 }] };
    expect(await collect({ ...seen, prometheus: prometheusOf(STORED, LAG) })).toMatchObject(scraped);
  });

  test("is what the machine saw where Prometheus is somebody else's, whatever job it calls k6", async () => {
    const own = { cpuShare: 30 / 2 / 2, memoryPeakBytes: 7e6, phases: [{ cpuShare: 10 / 2 / 2 }] };
    const prometheus = prometheusOf(STORED, LAG);
    expect(await collect({ ...seen, prometheus, scrapesK6: false })).toMatchObject(own);
    expect(await collect({ ...seen, prometheus, scrapesK6: false, k6: UNKNOWN_USE })).toMatchObject({
      cpuShare: null,
      memoryPeakBytes: null,
      phases: [{ cpuShare: null }],
    });
  });

  test("is what the machine saw where nothing was scraped, or Prometheus is away", async () => {
    const own = { cpuShare: 30 / 2 / 2, memoryPeakBytes: 7e6 };
    expect(await collect({ ...seen, prometheus: prometheusOf({}) })).toMatchObject(own);
    expect(await collect({ ...seen, prometheus: null })).toMatchObject(own);
  });
});

test("without native histograms the start-lag is the widest of the gauges", async () => {
  const gauges = { "max(max_over_time(k6_iteration_start_lag_p99": 0.03 };
  expect(await collect({ prometheus: prometheusOf(STORED, gauges) })).toMatchObject({ startLagP99Seconds: 0.03 });
});

describe("a stress", () => {
  const steps = ["step/100", "step/200"];

  test("is told by step", async () => {
    const events = [phase(0, "warmup"), phase(10, "step/100"), phase(20, "step/200"), ENDED];
    const { phases } = await collect({ prometheus: prometheusOf(STORED, LAG), summary: WHOLE, events, phases: steps });
    expect(phases).toEqual([
      {
        phase: "step/100",
        window: { from: START + 10, to: START + 20 },
        iterations: 100,
        droppedIterations: 0,
        cpuShare: 6 / 10 / 2,
        startLagP99Seconds: 0.01,
      },
      {
        phase: "step/200",
        window: { from: START + 20, to: START + 30 },
        iterations: 90,
        droppedIterations: 0,
        cpuShare: 12 / 10 / 2,
        startLagP99Seconds: 0.01,
      },
    ]);
  });

  test("ends where an objective broke", async () => {
    const broke: RunEvent = {
      at: START + 18,
      type: "objective-broke",
      slo: "a",
      phase: "step/100",
      target: 0.99,
      good: 1,
      total: 9,
      windowSeconds: 3,
    };
    const events = [phase(10, "step/100"), broke, phase(20, "step/200"), ENDED];
    const { phases } = await collect({ prometheus: prometheusOf(STORED, LAG), summary: WHOLE, events, phases: steps });
    expect(phases.map(({ phase: name, window }) => [name, window.to])).toEqual([["step/100", START + 18]]);
  });

  test("has no start-lag for a step that dropped iterations, but for the next", async () => {
    const stored = {
      ...STORED,
      k6_dropped_iterations_total: [
        {
          samples: [
            [12, 5],
            [16, 9],
          ] as const,
        },
      ],
    };
    const events = [phase(10, "step/100"), phase(20, "step/200"), ENDED];
    const { phases } = await collect({ prometheus: prometheusOf(stored, LAG), events, phases: steps });
    expect(phases).toMatchObject([
      { droppedIterations: 9, startLagP99Seconds: null },
      { droppedIterations: 0, startLagP99Seconds: 0.01 },
    ]);
  });
});
