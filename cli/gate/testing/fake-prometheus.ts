import type { Env } from "../../../lib/env.ts";
import type { SeriesSamples } from "../../../lib/run/evidence.ts";

/** The window that is asked about: ten minutes, scraped every 15 s. */
export const WINDOW = { from: 1_735_725_600, to: 1_735_726_200 } as const;
/** An SLO that is asked by what the fake answers. */
export const SLO = `apiVersion: openslo/v1
kind: SLO
metadata: { name: availability }
spec:
  service: api
  indicator:
    metadata: { name: availability }
    spec:
      ratioMetric:
        counter: true
        bad: { metricSource: { type: Prometheus, spec: { query: 'http_requests_total{job="api",status="500"}' } } }
        total: { metricSource: { type: Prometheus, spec: { query: 'http_requests_total{job="api"}' } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.9 }]
`;

const STEP = 15;
const TIMES = Array.from({ length: 44 }, (_, index) => WINDOW.from - 21 + index * STEP);

/** Which of its answers: that of a clock, of its version, of its targets, of all events, of bad events, of `up`, of when processes started. */
export type AnswerName = "time" | "version" | "targets" | "total" | "bad" | "up" | "starts";
export const ANSWER_NAMES: readonly AnswerName[] = ["time", "version", "targets", "total", "bad", "up", "starts"];

export interface Answer {
  readonly status: number;
  readonly text: string;
}

const counter = (status: string, perScrape: number): SeriesSamples => ({
  labels: { __name__: "http_requests_total", job: "api", instance: "a:80", status },
  samples: TIMES.map((at, index) => [at, 1000 + perScrape * index]),
});

function matrixOf(series: readonly SeriesSamples[]): unknown {
  const result = series.map(({ labels, samples }) => ({
    metric: labels,
    values: samples.map(([at, value]) => [at, String(value)]),
  }));
  return { status: "success", data: { resultType: "matrix", result } };
}

/** What a Prometheus says of a service with 75 requests a scrape, of which so many fail; none at all without `requests`. */
export function trueAnswers(failures: number, requests = 75): Readonly<Record<AnswerName, Answer>> {
  const series = requests === 0 ? [] : [counter("200", requests - failures), counter("500", failures)];
  const up: SeriesSamples = {
    labels: { __name__: "up", job: "api", instance: "a:80" },
    samples: TIMES.map((at) => [at, 1]),
  };
  const starts: SeriesSamples = {
    labels: { ...up.labels, __name__: "process_start_time_seconds" },
    samples: TIMES.map((at) => [at, 1_735_700_000]),
  };
  const at = WINDOW.to + 3600;
  const bodies: Readonly<Record<AnswerName, unknown>> = {
    time: { status: "success", data: { resultType: "scalar", result: [at, String(at)] } },
    version: { status: "success", data: { version: "2.53.0" } },
    targets: { status: "success", data: { activeTargets: [{ labels: { job: "api" }, scrapeInterval: "15s" }] } },
    total: matrixOf(series),
    bad: matrixOf(series.slice(1)),
    up: matrixOf(requests === 0 ? [] : [up]),
    starts: matrixOf(requests === 0 ? [] : [starts]),
  };
  const answer = (name: AnswerName): Answer => ({ status: 200, text: JSON.stringify(bodies[name]) });
  return Object.fromEntries(ANSWER_NAMES.map((name) => [name, answer(name)])) as Record<AnswerName, Answer>;
}

/** A Prometheus that gives these answers whatever it is asked exactly. */
export function fakePrometheus(answers: Readonly<Record<AnswerName, Answer>>): Env["fetch"] {
  const fake = (input: string, init?: { readonly body?: unknown }): Promise<Response> => {
    const { status, text } = answers[nameOf(input, typeof init?.body === "string" ? init.body : "")];
    const withBody = status !== 204 && status !== 304;
    return Promise.resolve(new Response(withBody ? text : null, { status }));
  };
  return fake as Env["fetch"];
}

function nameOf(url: string, body: string): AnswerName {
  if (url.includes("/buildinfo")) return "version";
  if (url.includes("/targets")) return "targets";
  const query = new URLSearchParams(body).get("query") ?? "";
  if (query.includes("time()")) return "time";
  if (query.startsWith("up")) return "up";
  if (query.startsWith("process_start_time_seconds")) return "starts";
  return query.includes("status") ? "bad" : "total";
}
