import { judge } from "../../gates/judge.ts";
import { parseGate } from "../../gates/model/parse-gate.ts";
import { parseSlos } from "../../gates/model/parse-slos.ts";
import { planGate } from "../../gates/plan-gate.ts";
import type { Corruption } from "../../gates/testing/corrupt.ts";
import { withEvents, withLoad } from "../../gates/testing/corrupt.ts";
import { LOAD_START, simulateRun } from "../../gates/testing/simulate-run.ts";
import { collectPresence } from "../../cli/pipeline/collect-presence.ts";
import { collectRanges } from "../../cli/pipeline/collect-ranges.ts";
import { readCounters } from "../../cli/pipeline/read-counters.ts";
import { isRatio } from "../../gates/model/indicators.ts";
import { ProofloadError } from "../../lib/errors.ts";
import { createNodeEnv } from "../../lib/node-env.ts";
import { createPrometheusClient } from "../../lib/prometheus/client.ts";
import { expressionSlo, promql, sloText } from "../support/gate.ts";
import { fail, held, pass, refused, unknown } from "./case.ts";
import type { Case, Outcome } from "./case.ts";
import { scrapes, target } from "./series.ts";
import type { Target, Value } from "./series.ts";
import { AVAILABILITY } from "./world.ts";

/** The load lasts 40 s, the last 35 of them are the baseline; everything is scraped each second. */
const SHAPE = [
  ["warmup", 0, 20],
  ["baseline", 5, 20],
] as const;
const TIMES = scrapes(LOAD_START - 5.6, LOAD_START + 46, 1);
const GATE = `apiVersion: proofload.dev/v1
kind: Gate
metadata: { name: g }
spec:
  confidence: 0.95
  objectives: [{ slo: SLO, phases: [baseline] }]
`;

interface RunCase extends Omit<Case, "ask" | "series"> {
  /** What is scraped beside 20 requests a second. */
  readonly more?: Target["more"];
  readonly target?: Omit<Target, "times" | "more">;
  /** An SLO file; its SLO is called `watched`. */
  readonly slo: string;
  /** What befell the run. */
  readonly change?: Corruption;
}

/** A case that is judged as a phase of a run: the load is a healthy one, unless changed, and everything else is asked of the real Prometheus. */
function runCase({ more = {}, target: scraped = {}, slo, change = (run) => run, ...rest }: RunCase): Case {
  const ok: Value = (i) => 20 * i;
  return {
    ...rest,
    series: [target({ ok, ...scraped, more, times: TIMES })],
    ask: async (world, label): Promise<Outcome> => {
      const { verdict, exitCode, objectives, reasons } = await judgeRun(world.url, slo, label, change);
      const reason = objectives[0]?.verdict === verdict ? objectives[0].reason : reasons[0];
      return { verdict, exitCode, code: reason?.code ?? null, message: reason?.message ?? "" };
    },
  };
}

async function judgeRun(
  url: string,
  slo: string,
  label: string,
  change: Corruption,
): Promise<ReturnType<typeof judge>> {
  const labels = { case: label };
  const gate = planGate({
    gate: parseGate({ file: "gate.yaml", text: GATE.replace("SLO", "watched") }),
    slos: parseSlos([{ file: "slo.yaml", text: slo }]),
    phases: [{ phase: "baseline", callerCounts: false }],
    labels,
    callerLabels: labels,
  });
  const run = simulateRun({ gate: { ...gate, objectives: [] }, shape: SHAPE });
  const plan = { ...run.plan, gate };
  const client = createPrometheusClient(createNodeEnv(), url);
  const { window } = run.evidence;
  const counted = gate.objectives.filter(({ indicator }) => isRatio(indicator));
  const evidence = {
    ...run.evidence,
    counters: await readCounters(client, counted, window),
    ranges: await collectRanges(client, gate.objectives, window, plan.scrapeIntervalSeconds),
    presence: await collectPresence(
      { prometheus: client, objectives: gate.objectives, window, kept: labels },
      plan.scrapeIntervalSeconds,
    ),
    up: await client.rawSamples(`up{job="api",case="${label}"}`, window),
  };
  return judge(change({ ...run, plan, evidence }));
}

const threshold = (query: string, objective: string): string =>
  expressionSlo(`thresholdMetric: ${promql(query)}`, `${objective}, target: 0.99`);
const raw = (query: string): string =>
  expressionSlo(`ratioMetric: { raw: ${promql(query)}, rawType: success }`, "target: 0.9");
const COUNTED = sloText({ ...AVAILABILITY, name: "watched", target: 0.9 });

/** Three buckets; of 20 requests a second, so many are above the highest edge. */
const histogram = (slow: number): Target["more"] => ({
  'latency_seconds_bucket le="0.1"': (i) => 10 * i,
  'latency_seconds_bucket le="0.25"': (i) => (20 - slow) * i,
  'latency_seconds_bucket le="+Inf"': (i) => 20 * i,
  latency_seconds_count: (i) => 20 * i,
});
const P95 = 'histogram_quantile(0.95, sum by (le) (rate(latency_seconds_bucket{job="api"}[5s])))';

const NASTY: readonly RunCase[] = [
  {
    number: 2,
    name: "the highest value of a range in which there is none",
    slo: threshold('max_over_time(queue_length{job="api"}[5s])', "op: lt, value: 100"),
    expected: unknown("no-data"),
  },
  {
    number: 3,
    name: "a ratio without events, 0/0",
    target: { ok: () => 5 },
    slo: raw(
      'sum(rate(http_requests_total{job="api",status="200"}[5s])) / sum(rate(http_requests_total{job="api"}[5s]))',
    ),
    expected: unknown("bad-sample"),
    elsewhere: ["no-data"],
  },
  {
    number: 4,
    name: "NaN that is unequal to the bad value",
    more: { state: () => Number.NaN },
    slo: threshold('state{job="api"} != 3', "op: gte, value: 0"),
    expected: unknown("bad-sample"),
    elsewhere: ["no-data"],
  },
  {
    number: 4,
    name: "a comparison that makes a number of NaN",
    slo: threshold('state{job="api"} != bool 3', "op: gte, value: 1"),
    expected: refused,
    says: /compare by the objective's op and value/,
  },
  {
    number: 5,
    name: "a division by 0 where at least so much is asked for",
    more: { capacity: () => 7, load: () => 0 },
    slo: threshold('capacity{job="api"} / load', "op: gte, value: 1"),
    expected: unknown("bad-sample"),
  },
  {
    number: 6,
    name: "a quantile below 0, which is minus infinity",
    more: histogram(0),
    slo: threshold(P95.replace("0.95", "-0.95"), "op: lt, value: 0.2"),
    expected: unknown("bad-sample"),
    elsewhere: ["query-warning"],
  },
  {
    number: 6,
    name: "a share of 140 %",
    more: { good_share: () => 1.4 },
    slo: raw('good_share{job="api"}'),
    expected: unknown("bad-sample"),
  },
  {
    number: 8,
    name: "an expression with two values",
    more: { 'queue_length queue="a"': () => 1, 'queue_length queue="b"': () => 1e6 },
    slo: threshold('queue_length{job="api"}', "op: lt, value: 100"),
    expected: unknown("several-series"),
  },
  {
    number: 12,
    name: "a misspelt metric of errors with `or vector(0)`",
    slo: threshold('sum(rate(http_errors_totl{job="api"}[5s])) or vector(0)', "op: lt, value: 1"),
    expected: refused,
    says: /takes a misspelt metric for vector\(0\)/,
  },
  {
    number: 13,
    name: "1 where a metric of a misspelt job is absent",
    slo: threshold('absent(errors{job="apl"})', "op: gte, value: 1"),
    expected: refused,
    says: /is 1 where there is nothing/,
  },
  {
    number: 21,
    name: "an expression over a range that bridges a hole",
    target: { up: (i) => (i > 20 && i < 26 ? null : 1) },
    more: { queue_length: (i) => (i > 20 && i < 26 ? null : 1) },
    slo: threshold('avg_over_time(queue_length{job="api"}[10s])', "op: lt, value: 100"),
    expected: unknown("window-not-covered"),
  },
  {
    number: 35,
    name: "a 95th percentile above the highest edge, where the edge is asked for",
    more: histogram(4),
    slo: threshold(P95, "op: lte, value: 0.25"),
    expected: unknown("quantile-off-scale"),
  },
  {
    number: 35,
    name: "the same where more than the highest edge is asked for",
    more: histogram(4),
    slo: threshold(`max(${P95}) * 1000`, "op: lt, value: 500"),
    expected: unknown("quantile-off-scale"),
  },
  {
    number: 36,
    name: "a load of which k6 dropped a third",
    slo: COUNTED,
    change: withLoad({ iterations: 460, droppedIterations: 240 }),
    expected: unknown("load-not-delivered"),
  },
  {
    number: 36,
    name: "a k6 that had no CPU left",
    slo: COUNTED,
    change: withLoad({ cpuShare: 0.97 }),
    expected: unknown("generator-saturated"),
  },
  {
    number: 37,
    name: "a run that is ended in its warm-up",
    slo: COUNTED,
    change: withEvents((events) => [
      ...events.filter((event) => event.type !== "phase" || event.phase === "warmup"),
      { at: LOAD_START + 4, type: "cut-short", cause: "a program ended" },
    ]),
    expected: unknown("phase-missing"),
  },
  {
    number: 37,
    name: "a run of which no evidence could be collected",
    slo: COUNTED,
    change: (run) => ({ ...run, evidence: null as never }),
    expected: unknown("no-data"),
  },
];

const HEALTHY: readonly Omit<RunCase, "number">[] = [
  { name: "a phase of a run", slo: COUNTED, expected: pass },
  {
    name: "a threshold that holds",
    more: { queue_length: (i) => i % 7 },
    slo: threshold('max(queue_length{job="api"})', "op: lt, value: 100"),
    expected: held,
  },
  {
    name: "a 95th percentile between the edges",
    more: histogram(0),
    slo: threshold(P95, "op: lte, value: 0.25"),
    expected: held,
  },
  {
    name: "slices of time of a counter",
    target: { ok: (i) => 20 * i - Math.floor(i / 10), failed: (i) => Math.floor(i / 10) },
    slo: expressionSlo(
      `ratioMetric: { counter: true, bad: ${promql('http_requests_total{job="api",status="500"}')}, total: ${promql('http_requests_total{job="api"}')} }`,
      "target: 0.9, timeSliceTarget: 0.9, timeSliceWindow: 5s",
      "Timeslices",
    ),
    expected: held,
  },
  {
    name: "a share that the service itself tells",
    more: { good_share: () => 0.97 },
    slo: raw('good_share{job="api"}'),
    expected: held,
  },
];

const MISSED: RunCase = {
  number: 0,
  name: "a 95th percentile that is missed is a fail",
  more: histogram(0),
  slo: threshold(P95, "op: lte, value: 0.2"),
  expected: ["fail", "slices-missed", 1],
};

/** What is judged in a run only: expressions, slices of time, and the load. */
export const RUN_CASES: readonly Case[] = NASTY.map((one) => asRefusal(runCase(one)));
export const HEALTHY_RUNS: readonly Case[] = HEALTHY.map((one) => runCase({ ...one, number: 0 }));
export const BAD_RUNS: readonly Case[] = [
  runCase(MISSED),
  runCase({
    number: 0,
    name: "one request in five fails",
    target: { failed: (i) => 5 * i },
    slo: COUNTED,
    expected: fail,
  }),
];

/** What the parser refuses is an outcome, too. */
function asRefusal(one: Case): Case {
  return {
    ...one,
    ask: async (world, label) => {
      try {
        return await one.ask(world, label);
      } catch (error) {
        if (!(error instanceof ProofloadError)) throw error;
        return { verdict: "none", code: null, exitCode: error.exitCode, message: error.message };
      }
    },
  };
}
