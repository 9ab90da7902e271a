import type { HistorySeries } from "../support/history.ts";
import { fail, refused, unknown } from "./case.ts";
import type { Case } from "./case.ts";
import { absent, FIRST, FROM, inWindow, none, scrapes, STEP, steady, target, TO } from "./series.ts";
import type { Value } from "./series.ts";
import { outcomeOf } from "./world.ts";
import type { World } from "./world.ts";

export interface WindowCase extends Omit<Case, "ask" | "series"> {
  readonly series: readonly (readonly HistorySeries[])[];
  readonly slo?: Parameters<World["project"]>[0];
  readonly window?: readonly [string, string];
  readonly more?: readonly string[];
}

/** A case that is asked by `proofload gate` about the window, with nothing between it and the Prometheus. */
export function windowCase({ slo, window, more = [], ...rest }: WindowCase): Case {
  return {
    ...rest,
    ask: async (world, label) =>
      outcomeOf(
        await world.ask({
          dir: world.project(slo),
          label,
          more: ["--json", ...more],
          ...(window === undefined ? {} : { window }),
        }),
      ),
  };
}

const LATENCY = { kind: "good", total: 'latency_seconds_count{job="api"}' } as const;
/** One in twenty fails from the window's beginning on. */
const badInWindow: Value = (_, at) => Math.max(0, Math.floor((at - FROM) / STEP) * 4);
/** A past of two hours. */
const LONG = scrapes(FROM - 7200 - 57, TO + 120, STEP);

/** Whether a new version is there, which came in the middle of the window. */
const isNew = (at: number): boolean => at >= FROM + 300;
/** An instance whose new version calls the label of the status `code`, and fails one request in five. */
const renamed = target({
  ok: (i, at) => (isNew(at) ? null : steady(i)),
  failed: (_, at) => (isNew(at) ? null : 1),
  more: {
    'http_requests_total code="200"': (i, at) => (isNew(at) ? 60 * (i - 23) : null),
    'http_requests_total code="500"': (i, at) => (isNew(at) ? 15 * (i - 23) : null),
  },
});

/** A deploy in the window's middle which changes a label of the target, whose address stays. */
export function deployed(failed: Value = none, startedAt = FROM + 310): readonly (readonly HistorySeries[])[] {
  const [before, after] = [{ version: "1" }, { version: "2" }];
  const start = FROM - 9000;
  return [
    target({
      labels: before,
      times: scrapes(FIRST, FROM + 303, STEP),
      more: { process_start_time_seconds: () => start },
    }),
    target({
      labels: after,
      times: scrapes(FROM + 318, TO + 120, STEP),
      ok: (i) => 20 + 75 * i,
      failed,
      more: { process_start_time_seconds: () => startedAt },
    }),
  ];
}

const WINDOWS: readonly WindowCase[] = [
  {
    number: 38,
    name: "good events that select all of total, whatever their status",
    series: [target({ failed: (i) => 20 * i })],
    slo: {
      kind: "good",
      part: 'http_requests_total{job="api"}',
      total: 'http_requests_total{status=~"2..|5..",job="api"}',
    },
    expected: refused,
    says: /ratioMetric\.good: it selects all of total, so that all events are good whatever happens/,
  },
  {
    number: 34,
    name: "a latency of which all events are another bucket",
    series: [target()],
    slo: {
      kind: "good",
      part: 'latency_seconds_bucket{job="api",le="0.25"}',
      total: 'latency_seconds_bucket{job="api",le="+Inf"}',
    },
    expected: refused,
    says: /ratioMetric\.total: expected …_count, where all events are/,
  },
  {
    number: 19,
    name: "a deploy that changes a label of the target, where restarts are not allowed",
    series: deployed(),
    expected: unknown("window-not-covered"),
    says: /api\/a:80 \(version="1"\): there is no sample where the window ends/,
  },
  {
    number: 19,
    name: "a label of the target changes, and its process did not start again",
    series: deployed(none, FROM - 9000),
    slo: { target: 0.9 },
    more: ["--allow-restarts"],
    expected: unknown("window-not-covered"),
    says: /api\/a:80 \(version="2"\): there is no sample where the window begins/,
  },
  {
    number: 9,
    name: "a deploy that changes a label of the target, and the new version is bad",
    series: deployed((i) => 40 * i),
    slo: { target: 0.9 },
    more: ["--allow-restarts"],
    expected: fail,
  },
  {
    number: 50,
    name: "a target that is scraped by two jobs: each event counts twice",
    series: [
      target({ ok: (i) => 4 * i }),
      target({ job: "api-again", times: scrapes(FIRST + 4, TO + 120, STEP), ok: (i) => 4 * i + 1 }),
    ],
    slo: { part: 'http_requests_total{status=~"5.."}', total: "http_requests_total" },
    expected: unknown("window-not-covered"),
    says: /a:80 is scraped by two jobs, api and api-again, so that each event counts twice/,
  },
  { number: 1, name: "no data at all", series: [target({ job: "other" })], expected: unknown("no-data") },
  {
    number: 3,
    name: "a NaN sample",
    series: [target({ failed: (_, at) => (inWindow(at, 200, 215) ? Number.NaN : 0) })],
    expected: unknown("bad-sample"),
    elsewhere: ["window-not-covered"],
  },
  {
    number: 5,
    name: "an infinite sample",
    series: [target({ ok: (i, at) => (inWindow(at, 200, 999) ? Infinity : steady(i)) })],
    expected: unknown("bad-sample"),
  },
  {
    number: 6,
    name: "a negative sample",
    series: [target({ failed: (_, at) => (inWindow(at, 200, 999) ? -5 : -7) })],
    expected: unknown("bad-sample"),
  },
  {
    number: 8,
    name: "several series, one of them bad",
    series: [target({ more: { 'http_requests_total status="503"': (i) => 6 * i } })],
    expected: fail,
  },
  {
    number: 8,
    name: "more good events than events, by 2 %",
    series: [target({ more: { started_total: (i) => 75 * i, handled_total: (i) => 76.5 * i } })],
    slo: { kind: "good", part: 'handled_total{job="api"}', total: 'started_total{job="api"}' },
    expected: unknown("bad-sample"),
  },
  {
    number: 8,
    name: "more good events than events, by fewer than it takes to decide",
    series: [target({ more: { started_total: (i) => 75 * i + (i < 6 ? 28 : 0), handled_total: (i) => 75 * i } })],
    slo: { kind: "good", part: 'handled_total{job="api"}', total: 'started_total{job="api"}' },
    expected: unknown("interval-straddles"),
  },
  {
    number: 9,
    name: "two instances, one of them bad",
    series: [target(), target({ instance: "b:80", failed: (i) => 6 * i })],
    expected: fail,
  },
  {
    number: 10,
    name: "a counter that starts again",
    series: [target({ ok: (i, at) => (inWindow(at, 300, 999) ? 75 * i - 1500 : steady(i)) })],
    expected: unknown("counter-reset"),
  },
  {
    number: 10,
    name: "a process that starts again where no counter shows it",
    series: [
      target({
        ok: (i, at) => (inWindow(at, 300, 999) ? 80 + 75 * (i - 24) : 40),
        more: { process_start_time_seconds: (_, at) => (inWindow(at, 300, 999) ? FROM + 295 : FROM - 9000) },
      }),
    ],
    expected: unknown("counter-reset"),
  },
  {
    number: 10,
    name: "the same, and only the new version tells when its process started",
    series: [
      target({
        ok: (i, at) => (inWindow(at, 300, 999) ? 80 + 75 * (i - 24) : 40),
        more: { process_start_time_seconds: (_, at) => (inWindow(at, 300, 999) ? FROM + 295 : null) },
      }),
    ],
    expected: unknown("counter-reset"),
  },
  {
    number: 10,
    name: "a new version that tells no start of its process, where no counter shows that it started",
    series: [
      target({
        ok: (i, at) => (inWindow(at, 300, 999) ? 80 + 75 * (i - 24) : 40),
        more: { process_start_time_seconds: (_, at) => (inWindow(at, 300, 999) ? null : FROM - 9000) },
      }),
    ],
    expected: unknown("counter-reset"),
  },
  {
    number: 10,
    name: "restarts are allowed, and the service was away for three minutes before one",
    series: [
      target({
        up: (_, at) => (inWindow(at, 200, 380) ? 0 : 1),
        ok: (i, at) => (inWindow(at, 200, 380) ? null : inWindow(at, 380, 999) ? 75 * (i - 29) : steady(i)),
        failed: (_, at) => (inWindow(at, 200, 380) ? null : 0),
      }),
    ],
    more: ["--allow-restarts"],
    expected: unknown("interval-straddles"),
  },
  {
    number: 10,
    name: "restarts are allowed, and at one most of all traffic comes at once",
    series: [
      target({
        ok: (i, at) => (isNew(at) ? 9000 + 15 * (i - 24) : 50_000 + 15 * i),
        more: { process_start_time_seconds: (_, at) => (isNew(at) ? FROM + 295 : FROM - 9000) },
      }),
    ],
    slo: { target: 0.97 },
    more: ["--allow-restarts"],
    expected: unknown("interval-straddles"),
  },
  {
    number: 10,
    name: "restarts are allowed, and a replica dies between any two scrapes, each of which finds nothing counted yet",
    series: [target(), target({ instance: "b:80", ok: none, more: { process_start_time_seconds: (_, at) => at - 2 } })],
    more: ["--allow-restarts"],
    expected: unknown("interval-straddles"),
  },
  {
    number: 11,
    name: "an exporter that comes in the window and passes on what was counted before it",
    series: [
      target({ failed: (i) => 15 * i }),
      target({
        instance: "b:80",
        ok: (i) => 1_000_000 + 75 * i,
        times: scrapes(FROM + 300, TO + 120, STEP),
        more: { process_start_time_seconds: () => FROM + 290 },
      }),
    ],
    expected: unknown("window-not-covered"),
  },
  {
    number: 11,
    name: "restarts are allowed, and an exporter starts again that passes on what was counted before",
    series: [
      target({
        ok: (i) => 1_000_000 + 75 * i,
        failed: (i) => 15 * i,
        more: { process_start_time_seconds: (_, at) => (inWindow(at, 300, 999) ? FROM + 295 : FROM - 9000) },
      }),
    ],
    more: ["--allow-restarts"],
    expected: unknown("interval-straddles"),
  },
  {
    number: 11,
    name: "an error counter that is born at 400, and stays there",
    series: [target({ failed: (_, at) => (inWindow(at, 300, 999) ? 400 : null) })],
    expected: fail,
  },
  {
    number: 12,
    name: "an error counter with a label that there is not",
    series: [target()],
    slo: { part: 'http_requests_total{job="api",code=~"5.."}' },
    expected: unknown("no-data"),
  },
  {
    number: 12,
    name: "an error counter with a value that its label can't have",
    series: [target({ failed: (i) => 20 * i })],
    slo: { part: 'http_requests_total{job="api",status=~"5xx"}' },
    expected: unknown("no-data"),
  },
  {
    number: 12,
    name: "a new version beside the old one, which names the label of the status otherwise",
    series: [
      target({ failed: (i) => Math.floor(i / 20) }),
      target({ instance: "b:80", ok: absent, failed: absent, more: { 'http_requests_total code="500"': steady } }),
    ],
    expected: unknown("no-data"),
  },
  {
    number: 14,
    name: "a new version beside the old one, which names the metric of its errors otherwise",
    series: [
      target({ more: { http_errors_total: (i) => Math.floor(i / 20) } }),
      target({ instance: "b:80", more: { http_failures_total: (i) => 30 * i } }),
    ],
    slo: { part: 'http_errors_total{job="api"}' },
    expected: unknown("no-data"),
  },
  {
    number: 12,
    name: "the same, and the old one has not had an error yet",
    series: [
      target({ failed: absent }),
      target({ instance: "b:80", ok: absent, failed: absent, more: { 'http_requests_total code="500"': steady } }),
    ],
    expected: unknown("no-data"),
  },
  {
    number: 12,
    name: "restarts are allowed, and with one comes a version that names the label of the status otherwise",
    series: [renamed],
    slo: { target: 0.95 },
    more: ["--allow-restarts"],
    expected: unknown("no-data"),
  },
  {
    number: 12,
    name: "the same, and the deploy is left out",
    series: [renamed],
    more: ["--exclude", `${FROM + 280}/${FROM + 320}`],
    expected: unknown("no-data"),
  },
  {
    number: 14,
    name: "a deploy is left out, after which the metric of errors has another name",
    series: [
      target({
        more: {
          http_errors_total: (_, at) => (isNew(at) ? null : 1),
          http_failures_total: (i, at) => (isNew(at) ? 15 * i : null),
        },
      }),
    ],
    slo: { part: 'http_errors_total{job="api"}' },
    more: ["--exclude", `${FROM + 280}/${FROM + 320}`],
    expected: unknown("no-data"),
  },
  {
    number: 13,
    name: "a wrong job label",
    series: [target()],
    slo: { total: 'http_requests_total{job="apl"}' },
    expected: unknown("no-data"),
  },
  {
    number: 14,
    name: "a metric whose name has a typo",
    series: [target()],
    slo: { total: 'http_request_total{job="api"}' },
    expected: unknown("no-data"),
  },
  { number: 15, name: "no traffic", series: [target({ ok: () => 1000 })], expected: unknown("no-traffic") },
  {
    number: 16,
    name: "two samples in the whole window",
    series: [target({ up: (i) => (i < 4 ? 1 : null), ok: (i) => (i < 4 ? steady(i) : null) })],
    expected: unknown("window-not-covered"),
  },
  {
    number: 17,
    name: "too few events",
    series: [target({ ok: (i) => 1000 + 2 * i })],
    expected: unknown("interval-straddles"),
  },
  {
    number: 39,
    name: "a scrape interval in days",
    series: [target()],
    more: ["--scrape-interval", "15d"],
    expected: refused,
    says: /expected an hour at most/,
  },
  {
    number: 18,
    name: "a target that is down half the window",
    series: [
      target({
        up: (_, at) => (inWindow(at, 150, 450) ? 0 : 1),
        ok: (i, at) => (inWindow(at, 150, 450) ? null : steady(i)),
        failed: (_, at) => (inWindow(at, 150, 450) ? null : 0),
      }),
    ],
    expected: unknown("window-not-covered"),
  },
  {
    number: 18,
    name: "the same, where the scrape interval is given as 15 m in place of 15 s",
    series: [
      target({
        up: (_, at) => (inWindow(at, 150, 450) ? null : 1),
        ok: (i, at) => (inWindow(at, 150, 450) ? null : steady(i)),
        failed: (_, at) => (inWindow(at, 150, 450) ? null : 0),
      }),
    ],
    more: ["--scrape-interval", "15m"],
    expected: unknown("window-not-covered"),
  },
  {
    number: 19,
    name: "a replica that vanishes",
    series: [
      target(),
      target({
        instance: "b:80",
        up: (_, at) => (at > FROM + 300 ? null : 1),
        ok: (i, at) => (at > FROM + 300 ? null : steady(i)),
        failed: (_, at) => (at > FROM + 300 ? null : 0),
      }),
    ],
    expected: unknown("window-not-covered"),
  },
  {
    number: 19,
    name: "restarts are allowed, and all replicas vanish, one after the other",
    series: [
      target({ times: scrapes(FIRST, FROM + 300, STEP) }),
      target({ instance: "b:80", times: scrapes(FIRST, FROM + 500, STEP) }),
    ],
    more: ["--allow-restarts"],
    expected: unknown("window-not-covered"),
  },
  {
    number: 19,
    name: "restarts are allowed, and replicas that left may have lost more than the objective allows",
    series: [
      target({ times: scrapes(FIRST, FROM + 300, STEP) }),
      target({ instance: "b:80", times: scrapes(FIRST, FROM + 500, STEP) }),
      target({ instance: "c:80" }),
    ],
    more: ["--allow-restarts"],
    expected: unknown("interval-straddles"),
  },
  {
    number: 19,
    name: "restarts are allowed, and a replica fails one request in five until it leaves",
    series: [target(), target({ instance: "b:80", failed: (i) => 15 * i, times: scrapes(FIRST, FROM + 300, STEP) })],
    more: ["--allow-restarts"],
    expected: fail,
  },
  {
    number: 19,
    name: "restarts are allowed, and twenty replicas leave after one scrape, each of which found nothing counted yet",
    series: [
      target(),
      ...Array.from({ length: 20 }, (_, nth) =>
        target({
          instance: `short-${nth}:80`,
          times: [FROM + 20 + 25 * nth],
          ok: none,
          more: { process_start_time_seconds: () => FROM + 18 + 25 * nth },
        }),
      ),
    ],
    more: ["--allow-restarts"],
    expected: unknown("interval-straddles"),
  },
  {
    number: 19,
    name: "restarts are allowed, and between the last of the old replicas and the first new one there is none for three minutes",
    series: [
      target({ times: scrapes(FIRST, FROM + 200, STEP) }),
      target({ instance: "b:80", times: scrapes(FIRST, FROM + 200, STEP) }),
      target({
        instance: "c:80",
        ok: (i) => 30 + 75 * i,
        times: scrapes(FROM + 380, TO + 120, STEP),
        more: { process_start_time_seconds: () => FROM + 370 },
      }),
    ],
    slo: { target: 0.9 },
    more: ["--allow-restarts"],
    expected: unknown("interval-straddles"),
  },
  {
    number: 20,
    name: "an error counter that is no longer exported while its target is up",
    series: [target({ failed: (_, at) => (at > FROM + 300 ? null : 3) })],
    expected: unknown("counter-reset"),
  },
  {
    number: 20,
    name: "a counter that misses the scrape at the window's beginning and then goes on",
    series: [target({ ok: (i, at) => (inWindow(at, -30, 20) ? null : steady(i) + 1e6), failed: (i) => i })],
    expected: unknown("window-not-covered"),
  },
  {
    number: 20,
    name: "a counter of a million good events that was left out for ten minutes, and one in four fails",
    series: [
      target({
        times: scrapes(FIRST - 900, TO + 120, STEP),
        failed: (i) => 25 * i,
        more: { 'http_requests_total status="201"': (i, at) => (inWindow(at, -600, 100) ? null : 1_000_000 + i) },
      }),
    ],
    expected: unknown("window-not-covered"),
  },
  {
    number: 20,
    name: "counters that were pushed, and whose last push was long before the window's end",
    series: [
      target({
        up: absent,
        ok: absent,
        failed: absent,
        more: { 'k6_http_reqs_total expected_response="true"': (i, at) => (at > FROM + 300 ? null : 75 * i) },
      }),
    ],
    slo: { kind: "good", part: 'k6_http_reqs_total{expected_response="true"}', total: "k6_http_reqs_total" },
    expected: unknown("window-not-covered"),
  },
  {
    number: 21,
    name: "a Prometheus that was away for two minutes",
    series: [
      target({
        up: (_, at) => (inWindow(at, 200, 320) ? null : 1),
        ok: (i, at) => (inWindow(at, 200, 320) ? null : steady(i)),
        failed: (_, at) => (inWindow(at, 200, 320) ? null : 0),
      }),
    ],
    expected: unknown("window-not-covered"),
  },
  {
    number: 21,
    name: "a Prometheus that became a 3.x in the window, and spells the bucket's edge 1.0 from then on",
    series: [
      target({
        more: {
          'latency_seconds_bucket le="1"': (i, at) => (inWindow(at, 300, 999) ? null : 75 * i),
          'latency_seconds_bucket le="1.0"': (i, at) => (inWindow(at, 300, 999) ? 75 * i : null),
          latency_seconds_count: (i) => 75 * i,
        },
      }),
    ],
    slo: { ...LATENCY, part: 'latency_seconds_bucket{job="api",le="1"}' },
    expected: unknown("bad-sample"),
  },
  {
    number: 21,
    name: "a Prometheus that was away until all replicas had been replaced",
    series: [
      target({ instance: "old:80", times: scrapes(FIRST - 600, FROM - 120, STEP), failed: (i) => 15 * i }),
      target({
        instance: "new:80",
        ok: (i) => 30 + 75 * i,
        times: scrapes(FROM + 300, TO + 120, STEP),
        more: { process_start_time_seconds: () => FROM + 290 },
      }),
    ],
    expected: unknown("window-not-covered"),
  },
  {
    number: 22,
    name: "a replica whose metrics can't be scraped",
    series: [target(), target({ instance: "b:80", up: () => 0, ok: absent, failed: absent })],
    expected: unknown("window-not-covered"),
  },
  {
    number: 22,
    name: "a replica that fails its first scrapes for two minutes before the process starts that answers",
    series: [
      target(),
      target({
        instance: "b:80",
        times: scrapes(FROM + 150, TO + 120, STEP),
        up: (i) => (i < 10 ? 0 : 1),
        ok: (i) => (i < 10 ? null : 75 * (i - 9)),
        failed: (i) => (i < 10 ? null : 0),
        more: { process_start_time_seconds: (i) => (i < 10 ? null : FROM + 295) },
      }),
    ],
    expected: unknown("window-not-covered"),
  },
  {
    number: 22,
    name: "one of two jobs that are named, whose metrics can't be scraped",
    series: [target(), target({ job: "web", instance: "w:80", up: () => 0, ok: absent, failed: absent })],
    slo: {
      part: 'http_requests_total{job=~"api|web",status=~"5.."}',
      total: 'http_requests_total{job=~"api|web"}',
    },
    expected: unknown("window-not-covered"),
  },
  {
    number: 22,
    name: "a replica whose process is older than the window, and which is scraped from its middle on",
    series: [
      target(),
      target({
        instance: "b:80",
        times: scrapes(FROM + 300, TO + 120, STEP),
        more: { process_start_time_seconds: () => FROM - 60 },
      }),
    ],
    expected: unknown("window-not-covered"),
  },
  {
    number: 22,
    name: "a replica that comes in the window, and fails from its first request on",
    series: [
      target(),
      target({
        instance: "b:80",
        ok: () => 0,
        failed: (i) => 90 + 75 * i,
        times: scrapes(FROM + 300, TO + 120, STEP),
        more: { process_start_time_seconds: () => FROM + 290 },
      }),
    ],
    expected: fail,
  },
  {
    number: 30,
    name: "restarts are allowed, and no sample has come up to the window's end",
    series: [target({ times: scrapes(FIRST, TO - 60, STEP) })],
    more: ["--allow-restarts"],
    expected: unknown("window-not-covered"),
  },
  {
    number: 30,
    name: "samples that have not come up to the window's end",
    series: [
      target({
        up: (_, at) => (at > TO - 60 ? null : 1),
        ok: (i, at) => (at > TO - 60 ? null : steady(i)),
        failed: (_, at) => (at > TO - 60 ? null : 0),
      }),
    ],
    expected: unknown("window-not-covered"),
  },
  {
    number: 32,
    name: "a window between two scrapes",
    series: [target()],
    window: [String(FROM + 4), String(FROM + 14)],
    expected: unknown("window-not-covered"),
  },
  {
    number: 33,
    name: "a service that is good in the first minute, and then no longer",
    series: [target({ failed: (_, at) => Math.max(0, Math.floor((at - FROM - 60) / STEP)) * 6 })],
    expected: fail,
  },
  {
    number: 34,
    name: "a threshold that is no bucket's edge",
    series: [target({ more: { 'latency_seconds_bucket le="0.25"': steady, latency_seconds_count: steady } })],
    slo: { ...LATENCY, part: 'latency_seconds_bucket{job="api",le="0.3"}' },
    expected: unknown("no-data"),
  },
  {
    number: 34,
    name: "a replica whose histogram has other edges",
    series: [
      target({ more: { 'latency_seconds_bucket le="0.25"': steady, latency_seconds_count: steady } }),
      target({
        instance: "b:80",
        more: { 'latency_seconds_bucket le="0.2"': steady, latency_seconds_count: steady },
      }),
    ],
    slo: { ...LATENCY, part: 'latency_seconds_bucket{job="api",le="0.25"}' },
    expected: unknown("no-data"),
  },
  {
    number: 40,
    name: "a service that is bad from its first scrape on",
    series: [target({ failed: (i) => 4 * i })],
    expected: fail,
  },
  {
    number: 41,
    name: "two hours without one failure, and then one in twenty",
    series: [target({ times: LONG, failed: badInWindow })],
    expected: fail,
  },
  {
    number: 42,
    name: "NaN long before the window and right before it, and then one failure in twenty",
    series: [
      target({
        times: LONG,
        failed: (i, at) =>
          inWindow(at, -3600, -1800) || inWindow(at, -100, -60) ? Number.NaN : (badInWindow(i, at) ?? 0),
      }),
    ],
    expected: fail,
  },
  {
    number: 43,
    name: "two hours of data that end before the window",
    series: [target({ times: LONG.filter((at) => at < FROM - 600) })],
    expected: unknown("no-data"),
  },
  {
    number: 44,
    name: "windows of ten minutes, each with 10 % more failures than the one before",
    series: [
      target({
        times: LONG,
        // 0.5 failures a scrape two hours before, 1.6 in the window: 2 % of the requests.
        failed: (_, at) => Math.floor((0.5 * (1.1 ** ((at - FROM + 7257) / 600) - 1)) / Math.log(1.1) / (STEP / 600)),
      }),
    ],
    expected: fail,
  },
  {
    number: 49,
    name: "failures that all come in half a minute, fewer than independent ones may be",
    series: [target({ failed: (_, at) => (at < FROM + 300 ? 0 : at < FROM + 315 ? 9 : 18) })],
    expected: unknown("interval-straddles"),
  },
  {
    number: 50,
    name: "what two Prometheis have of the same instance",
    series: [target({ labels: { prometheus: "p0" } }), target({ labels: { prometheus: "p1" } })],
    expected: unknown("window-not-covered"),
  },
];

/** What a Prometheus may hold for a window. */
export const WINDOW_CASES: readonly Case[] = WINDOWS.map(windowCase);
