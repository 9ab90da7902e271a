import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { parseSlos } from "./parse-slos.ts";

const folder = join(import.meta.dirname, "../slo");
const good = readFileSync(join(folder, "api-availability.yaml"), "utf8");
const parse = (text: string) => parseSlos([{ file: "a.yaml", text }]);

function edit(from: string | RegExp, to: string): string {
  const text = good.replace(from, to);
  if (text === good) throw new Error(`nothing to replace: ${String(from)}`);
  return text;
}

/** A service without metrics: what k6 counts is all there is. */
const callerOnly = edit(/ {2}annotations:\n(?: {4}.*\n)*/, "")
  .replace(/query: http_requests_total\{.*5.*/, 'query: k6_http_reqs_total{expected_response="false"}')
  .replace(/query: http_requests_total\{.*/, "query: k6_http_reqs_total");

const withDuration = (query: string): string =>
  readFileSync(join(folder, "api-latency.yaml"), "utf8").replace(
    /( {2}displayName: API latency\n)(?: {2}annotations:\n(?: {4}.*\n)*)?/,
    `$1  annotations:\n    proofload.dev/caller-duration: '${query}'\n`,
  );

describe("parseSlos", () => {
  test("reads the SLOs of the sample service", () => {
    const slos = parseSlos(
      readdirSync(folder).map((file) => ({ file, text: readFileSync(join(folder, file), "utf8") })),
    );
    expect(slos.map(({ name, objectives }) => [name, objectives.map(({ target }) => target)])).toEqual(
      expect.arrayContaining([
        ["api-availability-under-fault", [0.99]],
        ["api-availability", [0.999]],
        ["api-latency-under-fault", [0.95]],
        ["api-latency", [0.99]],
      ]),
    );
    expect(slos.find(({ name }) => name === "api-availability")).toMatchObject({
      title: "API availability",
      service: "api",
      indicator: {
        kind: "bad",
        bad: `http_requests_total{job="api",status=~"5.."}`,
        total: `http_requests_total{job="api"}`,
      },
      caller: { kind: "good", good: `k6_http_reqs_total{expected_response="true"}`, total: "k6_http_reqs_total" },
      source: { file: "api-availability.yaml", line: 4 },
    });
  });

  test("reads several documents and several objectives", () => {
    const second = edit("name: api-availability\n", "name: other\n").replace(
      "target: 0.999",
      "target: 0.99\n    - displayName: Strict\n      targetPercent: 99.9",
    );
    const [, other] = parse(`${good}---\n${second}`);
    expect(other?.objectives.map(({ title, target }) => [title, target])).toEqual([
      ["API availability: 99.9 % without a server error", 0.99],
      ["API availability: Strict", 0.999],
    ]);
  });

  test("knows who counts: the service, or k6 where its own counters are the indicator", () => {
    expect(parse(good)[0]).toMatchObject({ indicatorCountedBy: "service", callerDuration: null });
    expect(parse(callerOnly)[0]).toMatchObject({
      indicatorCountedBy: "caller",
      indicator: {
        kind: "bad",
        bad: `k6_http_reqs_total{expected_response="false"}`,
        total: "k6_http_reqs_total",
      },
      caller: null,
    });
  });

  test("reads which durations of the caller a latency is about", () => {
    const text = withDuration('k6_http_req_duration_seconds{name="GET /"}');
    expect(parse(text)[0]).toMatchObject({ callerDuration: 'k6_http_req_duration_seconds{name="GET /"}' });
  });

  test.each([
    [
      "a caller's duration of an availability",
      edit("caller-good:", "caller-duration: k6_http_req_duration_seconds\n    proofload.dev/caller-good:"),
      "a.yaml:8: metadata.annotations.proofload.dev/caller-duration: only for a latency",
    ],
    [
      "a caller's duration that is no duration",
      withDuration("k6_http_reqs_total"),
      "expected a selector of k6_http_req_duration_seconds, found k6_http_reqs_total",
    ],
    [
      "a caller's duration that no k6 threshold can say",
      withDuration('k6_http_req_duration_seconds{name!="GET /"}'),
      "expected matchers with = only",
    ],
    ["a caller's duration that is no selector", withDuration("sum(k6_x)"), "not an aggregation"],
    [
      "an indicator that k6 and the service count together",
      callerOnly.replace("query: k6_http_reqs_total\n", "query: http_requests_total\n"),
      "spec.indicator.spec.ratioMetric: expected selectors of one metric where k6 counts",
    ],
    [
      "an indicator of k6 that is no counter",
      callerOnly.replaceAll("k6_http_reqs_total", "k6_vus"),
      "expected a counter of k6, such as k6_http_reqs_total, found k6_vus",
    ],
    [
      "an indicator of k6 and the same once more",
      edit(/query: http_requests_total\{.*\}/g, "query: k6_http_reqs_total"),
      "remove this annotation",
    ],
  ])("refuses %s", (_, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  test.each([
    [
      "a percentage as a share",
      edit("target: 0.999", "target: 99.9"),
      "a.yaml:35: spec.objectives[0].target: expected a share between 0 and 1, such as 0.999; for a percentage write targetPercent: 99.9",
    ],
    ["a share as a percentage", edit("target: 0.999", "targetPercent: 0.999"), "a share goes into target: 0.999"],
    ["100 %", edit("target: 0.999", "target: 1"), "expected a share between 0 and 1"],
    ["no target", edit("\n      target: 0.999", ""), "expected one of target and targetPercent"],
    [
      "two targets",
      edit("target: 0.999", "target: 0.999\n      targetPercent: 99.9"),
      "expected one of target and targetPercent",
    ],
    ["no objective", edit(/objectives:[^]*/, "objectives: []"), "expected at least one objective"],
    ["a typo", edit("target: 0.999", "tagret: 0.999"), "unknown key 'tagret'; did you mean 'target'?"],
    ["a kind that there is not", edit("kind: SLO", "kind: SLOO"), "a.yaml:2: kind: expected one of SLO, SLI, Service"],
    [
      "another version",
      edit("openslo/v1", "openslo/v2"),
      "a.yaml:1: apiVersion: expected 'openslo/v1', found 'openslo/v2'",
    ],
    [
      "time slices without their length",
      edit("Occurrences", "RatioTimeslices"),
      "timeSliceWindow: missing; expected it",
    ],
    [
      "a slice's target where there are no slices",
      edit("target: 0.999", "target: 0.999\n      timeSliceTarget: 0.9"),
      "a.yaml:36: spec.objectives[0].timeSliceTarget: it has no meaning with budgetingMethod: Occurrences",
    ],
    [
      "a composite",
      edit("target: 0.999", "target: 0.999\n      indicatorRef: other"),
      "a.yaml:36: spec.objectives[0].indicatorRef: OpenSLO allows this, but proofload does not support it yet",
    ],
    [
      "a calendar window",
      edit("isRolling: true", "isRolling: false"),
      "proofload does not support it yet: expected true",
    ],
    [
      "an op",
      edit("target: 0.999", "target: 0.999\n      op: lte"),
      "a.yaml:36: spec.objectives[0].op: it belongs to a thresholdMetric",
    ],
    [
      "an alert policy that is nowhere",
      edit("  budgetingMethod", "  alertPolicies: [{alertPolicyRef: page}]\n  budgetingMethod"),
      "a.yaml:32: spec.alertPolicies[0].alertPolicyRef: there is no AlertPolicy 'page'; known: none",
    ],
    [
      "no good and no bad",
      edit(/ {8}bad:[^]*? {8}total/, "        total"),
      "expected one of good and bad beside total",
    ],
    ["another source", edit("type: Prometheus", "type: Datadog"), "expected 'Prometheus', found 'Datadog'"],
    [
      "a function",
      edit(`http_requests_total{job="api"}`, `rate(http_requests_total[5m])`),
      "expected a plain selector",
    ],
    [
      "a caller without its total",
      edit(/ {4}proofload.dev\/caller-total.*\n/, ""),
      "expected proofload.dev/caller-total and one of",
    ],
    [
      "a caller whose good requests are all requests",
      edit(`caller-good: k6_http_reqs_total{expected_response="true"}`, "caller-good: k6_http_reqs_total"),
      "proofload.dev/caller-good: it is the same as total",
    ],
    [
      "a part that is all events",
      edit(`query: http_requests_total{job="api",status=~"5.."}`, `query: http_requests_total{job="api"}`),
      "spec.indicator.spec.ratioMetric.bad: it is the same as total",
    ],
    [
      "matchers that contradict each other",
      edit(`status=~"5.."`, `status="500",status="503"`),
      "spec.indicator.spec.ratioMetric.bad: no series can fit: its matchers of status contradict each other",
    ],
    [
      "several buckets of one histogram, each with the events of those below it",
      edit(`query: http_requests_total{job="api",status=~"5.."}`, `query: h_bucket{le=~"0.1|0.25"}`),
      "ratioMetric.bad: expected one bucket",
    ],
    [
      "all buckets of a histogram as all events",
      edit(`query: http_requests_total{job="api"}`, `query: h_bucket{job="api"}`),
      "ratioMetric.total: expected one bucket",
    ],
    [
      "a caller of two metrics",
      edit("caller-total: k6_http_reqs_total", "caller-total: k6_iterations_total"),
      "expected selectors of one metric",
    ],
    [
      "a caller that is no selector",
      edit("caller-total: k6_http_reqs_total", "caller-total: sum(k6_http_reqs_total)"),
      "not an aggregation",
    ],
    [
      "a minimum of events that is none",
      edit(
        "caller-total: k6_http_reqs_total",
        'caller-total: k6_http_reqs_total\n    proofload.dev/minimum-events: "3k"',
      ),
      `proofload.dev/minimum-events: expected a whole number of events, at least 1, such as "3000", found '3k'`,
    ],
    ["an unknown annotation of ours", edit("caller-total", "caller-totl"), "did you mean proofload.dev/caller-total?"],
    [
      "a name that is taken",
      `${good}---\n${good}`,
      "a.yaml:40: metadata.name: 'api-availability' is taken by a.yaml:4",
    ],
  ])("refuses %s, and says where and what to do", (_, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  test("reads below how many events nothing is decided", () => {
    const text = edit("  annotations:", '  annotations:\n    proofload.dev/minimum-events: "3000"');
    expect(parse(text)[0]?.minEvents).toBe(3000);
    expect(parse(good)[0]?.minEvents).toBeNull();
  });

  test("reports the problems of all files at once", () => {
    const files = [
      { file: "a.yaml", text: edit("target: 0.999", "target: 2") },
      { file: "b.yaml", text: edit("service: api", "servce: api") },
    ];
    expect(() => parseSlos(files)).toThrow(/a\.yaml:35: [^]*b\.yaml:11: spec\.servce/);
  });
});
