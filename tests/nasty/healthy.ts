import { pass } from "./case.ts";
import type { Case } from "./case.ts";
import { HEALTHY_RUNS } from "./runs.ts";
import { absent, FIRST, FROM, inWindow, scrapes, STEP, steady, target, TO } from "./series.ts";
import { deployed, windowCase } from "./windows.ts";
import type { WindowCase } from "./windows.ts";

const WINDOWS: readonly Omit<WindowCase, "number" | "expected">[] = [
  { name: "a service without one failure", series: [target()] },
  { name: "two instances", series: [target(), target({ instance: "b:80" })] },
  { name: "a service that fails two requests in a thousand", series: [target({ failed: (i) => Math.floor(i / 6) })] },
  {
    name: "no series of failures, for there was none yet",
    series: [target({ failed: absent, more: { 'http_requests_total status="404"': (i) => i } })],
  },
  {
    name: "a counter of failures that is born in the window, at 3",
    series: [target({ failed: (_, at) => (inWindow(at, 300, 999) ? 3 : null) })],
  },
  {
    name: "counters of a route that is called from the middle of the window on",
    series: [
      target({ more: { 'http_requests_total status="201"': (i, at) => (at < FROM + 300 ? null : 40 * (i - 20)) } }),
    ],
  },
  {
    name: "a replica that was replaced before the window",
    series: [
      target({ instance: "old:80", times: scrapes(FIRST - 600, FROM - 120, STEP) }),
      target({ instance: "new:80", ok: (i) => 75 * i }),
    ],
  },
  {
    name: "a service that started again before the window",
    series: [
      target({ times: scrapes(FIRST - 150, TO + 120, STEP), ok: (i) => (i < 8 ? 5000 + 75 * i : 75 * i - 600) }),
    ],
  },
  {
    name: "a replica that comes in the window, whose process started then",
    series: [
      target(),
      target({
        instance: "b:80",
        ok: (i) => 40 + 75 * i,
        times: scrapes(FROM + 308, TO + 120, STEP),
        more: { process_start_time_seconds: () => FROM + 296.5 },
      }),
    ],
  },
  {
    name: "a replica whose process started right before the window, and was scraped first in it",
    series: [
      target(),
      target({
        instance: "b:80",
        ok: (i) => 30 + 75 * i,
        times: scrapes(FROM + 8, TO + 120, STEP),
        more: { process_start_time_seconds: () => FROM - 5 },
      }),
    ],
  },
  {
    name: "a job that is named and was not there, as one of two colours of a deploy",
    series: [target()],
    slo: {
      part: 'http_requests_total{job=~"api|api-green",status=~"5.."}',
      total: 'http_requests_total{job=~"api|api-green"}',
    },
  },
  {
    name: "a deploy that replaces one replica after the other, where restarts are allowed",
    series: [
      target({ instance: "old-a:80", times: scrapes(FIRST, FROM + 200, STEP) }),
      target({ instance: "old-b:80", times: scrapes(FIRST, FROM + 320, STEP) }),
      ...[150, 280].map((since) =>
        target({
          instance: `new-${since}:80`,
          ok: (i) => 30 + 75 * i,
          times: scrapes(FROM + since, TO + 120, STEP),
          more: { process_start_time_seconds: () => FROM + since - 12 },
        }),
      ),
    ],
    slo: { target: 0.97 },
    more: ["--allow-restarts"],
  },
  {
    name: "a process that starts again where restarts are allowed",
    series: [
      target({
        ok: (i, at) => (inWindow(at, 300, 999) ? 80 + 75 * (i - 24) : steady(i)),
        more: { process_start_time_seconds: (_, at) => (inWindow(at, 300, 999) ? FROM + 295 : FROM - 9000) },
      }),
    ],
    slo: { target: 0.96 },
    more: ["--allow-restarts"],
  },
  {
    name: "a process whose start is told anew to the second each time",
    series: [target({ more: { process_start_time_seconds: (i) => FROM - 9000 + (i % 2) } })],
  },
  {
    name: "scrapes that come up to 2 s late",
    series: [target({ times: scrapes(FIRST, TO + 120, STEP).map((at, index) => at + ((index * 7) % 5) * 0.5) })],
  },
  {
    name: "a latency, by the bucket of its threshold",
    series: [
      target({
        more: {
          'latency_seconds_bucket le="0.1"': (i) => 60 * i,
          'latency_seconds_bucket le="0.25"': (i) => 75 * i - Math.floor(i / 10),
          'latency_seconds_bucket le="+Inf"': (i) => 75 * i,
          latency_seconds_count: (i) => 75 * i,
        },
      }),
    ],
    slo: {
      kind: "good",
      part: 'latency_seconds_bucket{job="api",le="0.25"}',
      total: 'latency_seconds_count{job="api"}',
    },
  },
  {
    name: "a latency whose bucket is le=1.0 in a Prometheus 3, and le=1 in the SLO",
    series: [
      target({
        more: {
          'latency_seconds_bucket le="1.0"': (i) => 75 * i - Math.floor(i / 10),
          'latency_seconds_bucket le="+Inf"': (i) => 75 * i,
          latency_seconds_count: (i) => 75 * i,
        },
      }),
    ],
    slo: { kind: "good", part: 'latency_seconds_bucket{job="api",le="1"}', total: 'latency_seconds_count{job="api"}' },
  },
  {
    name: "failures of a metric that has other labels than all events",
    series: [
      target({
        more: { 'orders_total shop="eu"': steady, 'order_errors_total reason="busy"': (i) => Math.floor(i / 30) },
      }),
    ],
    slo: { part: 'order_errors_total{job="api"}', total: 'orders_total{job="api"}' },
  },
  {
    name: "requests begun and requests answered, of which more were under way when the window began than when it ended",
    series: [target({ more: { started_total: (i) => 75 * i + (i < 6 ? 8 : 3), handled_total: (i) => 75 * i } })],
    slo: { kind: "good", part: 'handled_total{job="api"}', total: 'started_total{job="api"}' },
  },
  {
    name: "a deploy that changes a label of the target, whose address stays, where restarts are allowed",
    series: deployed(),
    slo: { target: 0.9 },
    more: ["--allow-restarts"],
  },
  {
    name: "two jobs at one address that are no one target",
    series: [target(), target({ job: "web", ok: (i) => 300 + 76 * i, times: scrapes(FIRST + 4, TO + 120, STEP) })],
    slo: { part: 'http_requests_total{status=~"5.."}', total: "http_requests_total" },
  },
  {
    name: "counters that k6 pushed",
    series: [
      target({
        up: absent,
        ok: absent,
        failed: absent,
        more: {
          'k6_http_reqs_total expected_response="true"': steady,
          'k6_http_reqs_total expected_response="false"': (i) => (i < 10 ? null : 2),
        },
      }),
    ],
    slo: { kind: "good", part: 'k6_http_reqs_total{expected_response="true"}', total: "k6_http_reqs_total" },
  },
  {
    name: "a bad service of another cluster beside it",
    series: [
      target({ labels: { cluster: "eu" } }),
      target({ labels: { cluster: "us" }, instance: "u:80", failed: (i) => 30 * i }),
    ],
    more: ["--label", "cluster=eu"],
  },
  {
    name: "a scrape every minute",
    series: [target({ times: scrapes(FIRST - 180, TO + 120, 60), ok: (i) => 300 * i })],
  },
];

/** Windows of a service that kept its promise: a gate that passes none of them is of no use. */
export const HEALTHY_CASES: readonly Case[] = [
  ...WINDOWS.map((one) => windowCase({ ...one, number: 0, expected: pass })),
  ...HEALTHY_RUNS,
];
