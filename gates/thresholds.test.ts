import { describe, expect, test } from "vitest";

import type { ObjectivePlan, RatioIndicator } from "../lib/run/plan.ts";
import type { Slo } from "./model/parse-slos.ts";
import { k6Thresholds } from "./thresholds.ts";

const source = { file: "a.yaml", line: 1 };
const SERVICE: RatioIndicator = {
  kind: "bad",
  bad: 'http_requests_total{status=~"5.."}',
  total: "http_requests_total",
};
const LATENCY: RatioIndicator = {
  kind: "good",
  good: 'http_request_duration_seconds_bucket{le="0.25"}',
  total: "http_request_duration_seconds_count",
};

const slo = (changes: Partial<Slo>): Slo => ({
  name: "a",
  title: "A",
  service: "api",
  objectives: [],
  indicator: SERVICE,
  indicatorCountedBy: "service",
  caller: null,
  callerDuration: null,
  minEvents: null,
  windowSeconds: 2_592_000,
  source,
  ...changes,
});

const objective = (phase: string, target: number): ObjectivePlan => ({
  slo: "a",
  title: "A",
  phase,
  target,
  abortOnFail: false,
  countedBy: "service",
  indicator: SERVICE,
  minEvents: null,
  crossCheck: null,
  source,
});

const good = (total: string, more = ""): RatioIndicator => ({
  kind: "good",
  good: `k6_http_reqs_total{${more}expected_response="true"}`,
  total,
});
const of = (changes: Partial<Slo>, target = 0.999, phase = "baseline") =>
  k6Thresholds([objective(phase, target)], [slo(changes)]);

describe("an availability", () => {
  test("that the caller counts is a share of failed requests, without the noise of floating point", () => {
    expect(of({ caller: good("k6_http_reqs_total") })).toEqual({ "http_req_failed{phase:baseline}": ["rate<=0.001"] });
  });

  test("keeps its other matchers, and may count what is bad", () => {
    const caller: RatioIndicator = {
      kind: "bad",
      bad: 'k6_http_reqs_total{name="GET /recovery/{person}",expected_response="false"}',
      total: 'k6_http_reqs_total{name="GET /recovery/{person}"}',
    };
    expect(of({ caller }, 0.95)).toEqual({
      "http_req_failed{phase:baseline,name:GET /recovery/{person}}": ["rate<=0.05"],
    });
  });

  test("of a service without metrics is its own indicator", () => {
    expect(of({ indicator: good("k6_http_reqs_total"), indicatorCountedBy: "caller" }, 0.99, "step/100")).toEqual({
      "http_req_failed{phase:step/100}": ["rate<=0.01"],
    });
  });

  test.each<[string, RatioIndicator]>([
    ["a status of its own", { kind: "bad", bad: 'k6_http_reqs_total{status="500"}', total: "k6_http_reqs_total" }],
    [
      "good that is not expected",
      { kind: "good", good: 'k6_http_reqs_total{expected_response="false"}', total: "k6_http_reqs_total" },
    ],
    ["a regular expression", good('k6_http_reqs_total{name=~"GET.*"}', 'name=~"GET.*",')],
    ["an empty value", good('k6_http_reqs_total{name=""}', 'name="",')],
    ["a comma, at which k6 splits", good('k6_http_reqs_total{name="a,b"}', 'name="a,b",')],
    ["another total", good('k6_http_reqs_total{name="a"}')],
    ["another metric", { kind: "good", good: 'k6_checks_total{expected_response="true"}', total: "k6_checks_total" }],
  ])("with %s has no threshold that says the same", (_, caller) => {
    expect(of({ caller })).toEqual({});
  });
});

describe("a latency", () => {
  test("is a percentile of the caller's durations, in milliseconds, of answers only", () => {
    expect(of({ indicator: LATENCY, callerDuration: "k6_http_req_duration_seconds" })).toEqual({
      "http_req_duration{phase:baseline,expected_response:true}": ["p(99.9)<=250"],
    });
  });

  test("has no threshold where nobody said what the caller measures", () => {
    expect(of({ indicator: LATENCY })).toEqual({});
  });
});

describe("thresholds are made", () => {
  test("for no phase in which something is broken on purpose, and none that is not judged", () => {
    const phases = ["warmup", "settle", "fault/latency", "recovery/latency", "spike"];
    const made = k6Thresholds(
      phases.map((phase) => objective(phase, 0.99)),
      [slo({ caller: good("k6_http_reqs_total") })],
    );
    expect(made).toEqual({ "http_req_failed{phase:spike}": ["rate<=0.01"] });
  });

  test("once for each target, and for none of an SLO about another phase", () => {
    const objectives = [objective("baseline", 0.99), objective("baseline", 0.999), objective("baseline", 0.99)];
    expect(k6Thresholds(objectives, [slo({ caller: good("k6_http_reqs_total") })])).toEqual({
      "http_req_failed{phase:baseline}": ["rate<=0.01", "rate<=0.001"],
    });
    expect(of({ caller: good('k6_http_reqs_total{phase="spike"}', 'phase="spike",') })).toEqual({});
  });
});
