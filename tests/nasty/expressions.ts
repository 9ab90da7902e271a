import { expressionSlo, promql } from "../support/gate.ts";
import { held, refused, unknown } from "./case.ts";
import type { Case } from "./case.ts";
import { absent, FIRST, FROM, inWindow, none, scrapes, steady, STEP, target, TO } from "./series.ts";
import type { Value } from "./series.ts";
import { deployed, windowCase } from "./windows.ts";
import type { WindowCase } from "./windows.ts";

const threshold = (query: string, condition: string): WindowCase["slo"] => ({
  "slo.yaml": expressionSlo(`thresholdMetric: ${promql(query)}`, `${condition}, target: 0.99`),
});
const atMost5 = (query: string): WindowCase["slo"] => threshold(query, "op: lte, value: 5");
/** 1 as long as a service is up, and no more than one error in ten seconds comes from what is counted by a selector. */
const upUnless = (errors: string): WindowCase["slo"] =>
  threshold(`min(up{job="api"}) unless on() (sum(rate(${errors}[1m])) > 0.1)`, "op: gte, value: 1");

const three: Value = () => 3;
/** It ends 100 s into the window. */
const ended: Value = (_, at) => (at > FROM + 100 ? null : 3);
const away: Value = (_, at) => (inWindow(at, 200, 440) ? null : 1);
/** A recording rule that is evaluated once a minute. */
const eachMinute: Value = (index) => (index % 4 === 0 ? 3 : null);
const BUCKETS: Readonly<Record<string, Value>> = {
  'latency_seconds_bucket le="0.1"': (i) => 60 * i,
  'latency_seconds_bucket le="0.25"': (i) => 75 * i,
  'latency_seconds_bucket le="+Inf"': (i) => 75 * i,
};
const P95 = 'histogram_quantile(0.95, sum by (le) (rate(latency_seconds_bucket{job="api"}[1m])))';

/** A replica that is scraped from a time in the window on, and its process's start. */
const comesAt = (scraped: number, started: number, job = "api", instance = "b:80") =>
  target({
    job,
    instance,
    times: scrapes(FROM + scraped, TO + 120, STEP),
    more: { q: three, process_start_time_seconds: () => FROM + started },
  });
const leavesAt = (end: number, job = "api") =>
  target({ job, instance: "b:80", times: scrapes(FIRST, FROM + end, STEP), more: { q: three } });

const NASTY: readonly WindowCase[] = [
  {
    number: 9,
    name: "a highest value, and one of two instances exports it by another name",
    series: [target({ more: { q: three } }), target({ instance: "b:80", more: { q2: () => 90 } })],
    slo: atMost5('max(q{job="api"})'),
    expected: unknown("metric-missing"),
    says: /api\/b:80 was scraped, but had no q\{job="api",case="c\d+"\} between 2025-01-01T10:00:00Z and 2025-01-01T10:10:00Z/,
  },
  {
    number: 9,
    name: "the same, where the expression names no job",
    series: [target({ more: { q: three } }), target({ instance: "b:80", more: { q2: () => 90 } })],
    slo: atMost5("max(q)"),
    expected: unknown("metric-missing"),
  },
  {
    number: 9,
    name: "a quantile, and one of two instances has no histogram",
    series: [target({ more: BUCKETS }), target({ instance: "b:80" })],
    slo: threshold(P95, "op: lte, value: 0.25"),
    expected: unknown("metric-missing"),
  },
  {
    number: 12,
    name: "an alarm over errors with a label that there is not",
    series: [target({ failed: (i) => 20 * i })],
    slo: upUnless('http_requests_total{job="api",code=~"5.."}'),
    expected: unknown("no-data"),
  },
  {
    number: 12,
    name: "a new version beside the old one, which names the label of the status otherwise, under an alarm",
    series: [
      target(),
      target({ instance: "b:80", ok: absent, failed: absent, more: { 'http_requests_total code="500"': steady } }),
    ],
    slo: upUnless('http_requests_total{job="api",status=~"5.."}'),
    expected: unknown("metric-missing"),
  },
  ...[
    ['status="5xx"', "can never fit: the values of status are statuses of HTTP"],
    ['status=~"50000?"', "can never fit"],
    ['status="500",shop="EU"', 'fits nothing, but there is shop="eu"'],
  ].map(([matchers = "", why = ""]): WindowCase => ({
    number: 12,
    name: `an alarm over errors with a value that can't be: ${matchers}`,
    series: [
      target({ failed: (i) => 20 * i, labels: { shop: "eu" } }),
      target({ instance: "b:80", labels: { shop: "eu" } }),
    ],
    slo: upUnless(`http_requests_total{job="api",${matchers}}`),
    expected: unknown("no-data"),
    says: new RegExp(`the expression reads http_requests_total[^]*${why}`),
  })),
  {
    number: 14,
    name: "an alarm over a metric whose name has a typo",
    series: [target({ more: { http_errors_total: (i) => 20 * i } })],
    slo: upUnless("http_errors_tota"),
    expected: unknown("no-data"),
  },
  ...[
    'last_over_time(q{job="api"}[9m])',
    'avg_over_time(q{job="api"}[8m30s])',
    'max_over_time(max(q{job="api"})[9m:15s])',
    'max by (job) (q{job="api"})',
  ].map((query): WindowCase => ({
    number: 20,
    name: `a value that ended 100 s into the window, read by ${query}`,
    series: [target({ more: { q: ended } })],
    slo: atMost5(query),
    // Without a range the expression itself has no value later than five minutes after the end.
    expected: unknown(query.includes("over_time") ? "metric-missing" : "window-not-covered"),
  })),
  {
    number: 33,
    name: "a value that is bad in the window's last five minutes, read with an offset of so many",
    series: [target({ more: { q: (_, at) => (inWindow(at, 300, 999) ? 90 : 3) } })],
    slo: atMost5('max(q{job="api"} offset 5m)'),
    expected: refused,
    says: /without an offset on each metric/,
  },
  {
    number: 18,
    name: "a value of a target that is away for four minutes, where the scrape interval is given as 2 m in place of 15 s",
    series: [target({ up: away, ok: away, failed: away, more: { q: (i, at) => (away(i, at) === null ? null : 3) } })],
    slo: atMost5('max(q{job="api"})'),
    more: ["--scrape-interval", "2m"],
    expected: unknown("window-not-covered"),
  },
  {
    number: 20,
    name: "a value of k6 that ended 100 s into the window, read by a range",
    series: [target({ more: { k6_vus: ended } }).filter(({ labels }) => labels["__name__"] === "k6_vus")],
    slo: atMost5("max_over_time(k6_vus[9m])"),
    expected: unknown("metric-missing"),
  },
  {
    number: 20,
    name: "a recording rule that ended 100 s into the window, read by a range",
    series: [target(), target({ instance: "", up: absent, more: { "job:q": ended } })],
    slo: atMost5('max_over_time(job:q{job="api"}[9m])'),
    expected: unknown("metric-missing"),
  },
  {
    number: 20,
    name: "a recording rule, evaluated once a minute, that ended four minutes before the window's end",
    series: [
      target(),
      target({ instance: "", up: absent, more: { "job:q": (i, at) => (at > TO - 240 ? null : eachMinute(i, at)) } }),
    ],
    slo: atMost5('max(job:q{job="api"})'),
    expected: unknown("metric-missing"),
  },
  ...['max(q{job="api"})', 'max_over_time(max(q{job="api"})[4m:15s])'].map((query): WindowCase => ({
    number: 19,
    name: `restarts are allowed, and there is no replica for three minutes, over which a value is carried on by ${query}`,
    series: [
      target({ times: scrapes(FIRST, FROM + 200, STEP), more: { q: three } }),
      target({
        instance: "b:80",
        times: scrapes(FROM + 380, TO + 120, STEP),
        more: { q: three, process_start_time_seconds: () => FROM + 370 },
      }),
    ],
    slo: atMost5(query),
    more: ["--allow-restarts"],
    expected: unknown("window-not-covered"),
  })),
  {
    number: 21,
    name: "a Prometheus that was away until all replicas had been replaced, and a value over a range",
    series: [
      target({ instance: "old:80", times: scrapes(FIRST - 600, FROM - 30, STEP), more: { q: three } }),
      target({
        instance: "new:80",
        times: scrapes(FROM + 150, TO + 120, STEP),
        more: { q: three, process_start_time_seconds: () => FROM + 145 },
      }),
    ],
    slo: atMost5('max(max_over_time(q{job="api"}[4m]))'),
    expected: unknown("window-not-covered"),
  },
  {
    number: 9,
    name: "a highest value of two jobs that are named, of which one exports it by another name",
    series: [target({ more: { q: three } }), target({ job: "web", instance: "w:80", more: { q2: () => 90 } })],
    slo: atMost5('max(q{job=~"api|web"})'),
    expected: unknown("metric-missing"),
  },
  {
    number: 22,
    name: "a highest value of two jobs that are named, of which one can't be scraped",
    series: [
      target({ more: { q: three } }),
      target({ job: "web", instance: "w:80", up: () => 0, ok: absent, failed: absent }),
    ],
    slo: atMost5('max(q{job=~"(api|web)"})'),
    expected: unknown("window-not-covered"),
  },
  {
    number: 22,
    name: "a recording rule, and nothing says of which job it is made",
    series: [target({ job: "", instance: "", up: absent, more: { "all:q": three } })],
    slo: atMost5("max(all:q)"),
    expected: unknown("window-not-covered"),
  },
  {
    number: 22,
    name: "a highest value of whatever job, and one of two instances can't be scraped",
    series: [target({ more: { q: three } }), target({ instance: "b:80", up: () => 0, ok: absent, failed: absent })],
    slo: atMost5("max(q)"),
    expected: unknown("window-not-covered"),
  },
  {
    number: 22,
    name: "a highest value, and a replica that is scraped from the window's middle on, five minutes after its process started",
    series: [target({ more: { q: three } }), comesAt(300, 0)],
    slo: atMost5('max(q{job="api"})'),
    expected: unknown("window-not-covered"),
  },
  {
    number: 19,
    name: "a highest value, and a replica that vanishes",
    series: [target({ more: { q: three } }), leavesAt(300)],
    slo: atMost5('max(q{job="api"})'),
    expected: unknown("window-not-covered"),
  },
  {
    number: 19,
    name: "a highest value where restarts are allowed, and both replicas vanish",
    series: [leavesAt(400), target({ instance: "c:80", times: scrapes(FIRST, FROM + 500, STEP), more: { q: three } })],
    slo: atMost5('max(q{job="api"})'),
    more: ["--allow-restarts"],
    expected: unknown("window-not-covered"),
  },
  {
    number: 22,
    name: "an alarm over errors of a job all of which came in the window: nobody knows who counted them before",
    series: [target(), comesAt(300, 290, "worker")],
    slo: threshold(
      'min(up{job="api"}) unless on() (sum(rate(http_requests_total{job="worker",status="500"}[1m])) > 0.1)',
      "op: gte, value: 1",
    ),
    expected: unknown("window-not-covered"),
    says: /no instance of worker was scraped between 2025-01-01T10:00:00Z and 2025-01-01T10:04:50Z/,
  },
  {
    number: 22,
    name: "an alarm over errors of a job whose one replica left before the next one came, where restarts are allowed",
    series: [target(), leavesAt(200, "worker"), comesAt(400, 390, "worker", "d:80")],
    slo: threshold(
      'min(up{job="api"}) unless on() (sum(rate(http_requests_total{job="worker",status="500"}[1m])) > 0.1)',
      "op: gte, value: 1",
    ),
    more: ["--allow-restarts"],
    expected: unknown("window-not-covered"),
    says: /no instance of worker was scraped between/,
  },
  {
    number: 12,
    name: "an alarm over the errors of a canary whose label has a typo",
    series: [
      target({ labels: { track: "canary" }, failed: (i) => 20 * i }),
      target({ labels: { track: "stable" }, instance: "b:80" }),
    ],
    slo: upUnless('http_requests_total{job="api",track="kanary",status="500"}'),
    expected: unknown("no-data"),
    says: /track="kanary" fits no instance, of which track is canary, stable/,
  },
  {
    number: 50,
    name: "a number of instances that are up, of one that two Prometheus scrape",
    series: [target({ labels: { replica: "a" } }), target({ labels: { replica: "b" } })],
    slo: threshold('sum(up{job="api"})', "op: gte, value: 2"),
    expected: unknown("window-not-covered"),
    says: /api\/a:80 was scraped twice: it has 2 series of `up`/,
  },
  ...['sum(rate(errors_total{job="api"}[20s]))', 'max(max_over_time(errors_total{job="api"}[5s]))'].map(
    (query): WindowCase => ({
      number: 9,
      name: `a range in which one of two instances, which is bad, has fewer scrapes than it takes: ${query}`,
      series: [
        target({ times: scrapes(FIRST - 4, TO + 120, STEP), more: { errors_total: none } }),
        target({
          instance: "b:80",
          times: scrapes(FIRST, TO + 120, STEP),
          more: { errors_total: (i) => 200 + 100 * i },
        }),
      ],
      slo: atMost5(query),
      expected: unknown("window-not-covered"),
      says: /may hold fewer than (?:a scrape|two scrapes), one every 15s[^]*: write \[60s\]/,
    }),
  ),
  ...["4m", "30s", ""].map((resolution): WindowCase => ({
    number: 33,
    name: `a subquery that looks at one moment in several: [4m:${resolution}]`,
    series: [target({ more: { q: (i) => (i % 16 === 9 ? 90 : 3) } })],
    slo: atMost5(`max_over_time(max(q{job="api"})[4m:${resolution}])`),
    expected: unknown("window-not-covered"),
    says: /looks (?:once in|as often as Prometheus evaluates rules)[^]*is scraped every 15s: write \[4m:15s\]/,
  })),
  ...(
    [
      ["max(q < 5)", "op: lte, value: 5"],
      ["max(q unless q > 5)", "op: lte, value: 5"],
      ["clamp_max(max(q), 5)", "op: lte, value: 5"],
      ["sum(rate(q[1m])) * 0", "op: lt, value: 5"],
      ["sum(rate(q[1m]))", "op: gte, value: 0"],
      ["count(up == 1)", "op: gte, value: 1"],
    ] as const
  ).map(([query, condition]): WindowCase => ({
    number: 38,
    name: `a promise that nothing can break: ${query}, ${condition}`,
    series: [target({ more: { q: three } }), target({ instance: "b:80", more: { q: () => 90 } })],
    slo: threshold(query, condition),
    expected: refused,
    says: /slo\.yaml:\d+: spec\.objectives\[0\]: it can't be missed: whatever happens, [^]* or has no value/,
  })),
  ...(
    [
      [`ratioMetric: { counter: false, raw: ${promql("clamp_max(max(q), 0.01)")}, rawType: failure }`, "target: 0.99"],
      [
        `ratioMetric: { counter: false, bad: ${promql("min(q < 0)")}, total: ${promql("sum(rate(http_requests_total[1m]))")} }`,
        "target: 0.99",
      ],
    ] as const
  ).map(([metric, objective]): WindowCase => ({
    number: 38,
    name: `a share that is never too high: ${metric}`,
    series: [target({ more: { q: three } })],
    slo: { "slo.yaml": expressionSlo(metric, objective) },
    expected: refused,
    says: /it can't be missed/,
  })),
  {
    number: 38,
    name: "a promise that nothing can keep",
    series: [target({ more: { q: three } })],
    slo: atMost5("min(q > 5)"),
    expected: refused,
    says: /it can't be met: whatever happens, min\(q > 5\) is not ≤ 5/,
  },
];

const HEALTHY: readonly Omit<WindowCase, "number" | "expected">[] = [
  {
    name: "a highest value, and a replica that comes in the window soon after its process started",
    series: [target({ more: { q: three } }), comesAt(300, 290)],
    slo: atMost5('max(q{job="api"})'),
  },
  {
    name: "a highest value, and a replica that leaves where restarts are allowed",
    series: [target({ more: { q: three } }), leavesAt(300)],
    slo: atMost5('max(q{job="api"})'),
    more: ["--allow-restarts"],
  },
  {
    name: "a highest value of two instances",
    series: [target({ more: { q: three } }), target({ instance: "b:80", more: { q: (i) => i % 5 } })],
    slo: atMost5('max(q{job="api"})'),
  },
  {
    name: "the same where the expression names no job, beside another job that is down",
    series: [
      target({ more: { q: three } }),
      target({ instance: "b:80", more: { q: three } }),
      target({ job: "web", up: () => 0, ok: absent, failed: absent }),
    ],
    slo: atMost5("max(q)"),
  },
  {
    name: "a value over ranges, subqueries and offsets",
    series: [target({ more: { q: three } })],
    slo: atMost5(
      'max(last_over_time(q{job="api"}[4m])) + 0 * max(max_over_time(q{job="api"}[1m] offset 2m)) + 0 * max_over_time(max(q{job="api"})[3m:15s])',
    ),
  },
  {
    name: "a subquery that looks once a minute at ranges of a minute",
    series: [target({ more: { q: three } })],
    slo: atMost5('max_over_time(max(max_over_time(q{job="api"}[1m]))[3m:])'),
  },
  {
    name: "a deploy that changes a label of the target, whose address stays, where restarts are allowed",
    series: deployed(),
    slo: threshold('sum(rate(http_requests_total{job="api",status="500"}[1m]))', "op: lte, value: 1"),
    more: ["--allow-restarts"],
  },
  {
    name: "a quantile of the histograms of two instances",
    series: [target({ more: BUCKETS }), target({ instance: "b:80", more: BUCKETS })],
    slo: threshold(P95, "op: lte, value: 0.25"),
  },
  {
    name: "a recording rule of a job, evaluated once a minute",
    series: [target(), target({ instance: "", up: absent, ok: absent, failed: absent, more: { "job:q": eachMinute } })],
    slo: atMost5('max(job:q{job="api"})'),
  },
  {
    name: "a recording rule of each instance, evaluated once a minute",
    series: [
      target({ more: { "instance:q": eachMinute } }),
      target({ instance: "b:80", more: { "instance:q": eachMinute } }),
    ],
    slo: atMost5('max(instance:q{job="api"})'),
  },
  {
    name: "a recording rule of each instance, evaluated once a minute, and a replica that comes and goes",
    series: [
      target({ more: { "instance:q": eachMinute } }),
      target({
        instance: "b:80",
        times: scrapes(FROM + 195, FROM + 400, STEP),
        more: { "instance:q": (i) => eachMinute(i + 1, 0), process_start_time_seconds: () => FROM + 190 },
      }),
    ],
    slo: atMost5('max(instance:q{job="api"})'),
    more: ["--allow-restarts"],
  },
  {
    name: "a recording rule of no job, beside the job that it is made of",
    series: [
      target(),
      target({ job: "", instance: "", up: absent, ok: absent, failed: absent, more: { "all:q": eachMinute } }),
    ],
    slo: atMost5('max(all:q) and on() (count(up{job="api"}) > 0)'),
  },
  {
    name: "an alarm over an error counter that is exported at 0",
    series: [target({ more: { http_errors_total: () => 0 } })],
    slo: upUnless('http_errors_total{job="api"}'),
  },
  {
    name: "an alarm over errors of which there was none yet",
    series: [target({ failed: absent, more: { 'http_requests_total status="404"': (i) => i } })],
    slo: upUnless('http_requests_total{job="api",status=~"5..",status!~"50[34]"}'),
  },
  {
    name: "an alarm over errors of a status that comes late, of what is pushed",
    series: [target(), target({ job: "push", instance: "p:80", up: absent, failed: (i) => (i > 20 ? 1 : null) })],
    slo: threshold(
      'min(up{job="api"}) unless on() (sum(rate(http_requests_total{job="push",status=~"[25].."}[1m])) > 100)',
      "op: gte, value: 1",
    ),
  },
  {
    name: "a share of errors, by rates",
    series: [target({ failed: (i) => Math.floor(i / 20) })],
    slo: {
      "slo.yaml": expressionSlo(
        `ratioMetric: { counter: false, bad: ${promql('sum(rate(http_requests_total{job="api",status=~"5.."}[2m]))')}, total: ${promql('sum(rate(http_requests_total{job="api"}[2m]))')} }`,
        "target: 0.99",
      ),
    },
  },
  {
    name: "a value of k6 over a range",
    series: [target({ more: { k6_vus: three } }).filter(({ labels }) => labels["__name__"] === "k6_vus")],
    slo: atMost5("max_over_time(k6_vus[4m])"),
  },
  {
    name: "a value of a replica that took another one's place before the window",
    series: [
      target({ instance: "old:80", times: scrapes(FIRST - 600, FROM - 120, STEP), more: { q: three } }),
      target({ instance: "new:80", more: { q: three } }),
    ],
    slo: atMost5('max(q{job="api"})'),
  },
  {
    name: "a value of one application among others of the same job",
    series: [
      target({ labels: { app: "worker" }, more: { q: three } }),
      target({ labels: { app: "web" }, instance: "w:80" }),
    ],
    slo: atMost5('max(q{job="api",app="worker"})'),
  },
  {
    name: "an alarm over the errors of a canary beside a stable version that is bad",
    series: [
      target({ labels: { track: "canary" } }),
      target({ labels: { track: "stable" }, instance: "b:80", failed: (i) => 20 * i }),
    ],
    slo: upUnless('http_requests_total{job="api",track="canary",status="500"}'),
  },
  {
    name: "an alarm over what one service tells of others, by a label that it has itself",
    series: [target({ labels: { namespace: "monitoring" }, more: { 'pods_failed_total namespace="pay"': none } })],
    slo: upUnless('pods_failed_total{job="api",namespace="shop"}'),
  },
  {
    name: "a value that is scraped every minute",
    series: [target({ times: scrapes(FIRST - 180, TO + 120, 60), more: { q: three } })],
    slo: atMost5('max(q{job="api"})'),
  },
  {
    name: "a value that misses a scrape",
    series: [target({ more: { q: (i) => (i === 20 ? null : 3) } })],
    slo: atMost5('max(q{job="api"})'),
  },
];

/** Expressions that have a value although a part of what they read is missing. */
export const EXPRESSION_CASES: readonly Case[] = NASTY.map(windowCase);
export const HEALTHY_EXPRESSIONS: readonly Case[] = HEALTHY.map((one) =>
  windowCase({ ...one, number: 0, expected: held }),
);
