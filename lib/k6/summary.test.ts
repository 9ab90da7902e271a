import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { parseK6Summary } from "./summary.ts";

const FIXTURES = join(import.meta.dirname, "testing", "fixtures");

const summary = (metrics: object): string => JSON.stringify({ schemaVersion: 1, metrics, thresholds: [], checks: [] });

describe("k6's summary", () => {
  test.each(["1.8.1", "2.2.0"])("of version %s is read with its failures, exceptions and thresholds", (version) => {
    const read = parseK6Summary(readFileSync(join(FIXTURES, version, "summary.json"), "utf8"));
    expect(read).toMatchObject({ failedRequests: 18, exceptions: 12, droppedIterations: 0, vusPeak: 0 });
    expect(read?.iterations).toBeGreaterThan(95);
    expect(read?.waitingMs?.["p(95)"]).toBeGreaterThan(read?.waitingMs?.["p(90)"] ?? Number.POSITIVE_INFINITY);
    expect(read?.requests).toBe((read?.iterations ?? 0) + 18);
    expect(
      Object.fromEntries(read?.thresholds.map((one) => [`${one.metric} ${one.expression}`, one.held]) ?? []),
    ).toEqual({
      "http_req_duration{name:GET /good} p(99)<1000": true,
      "http_req_duration{name:GET /good} max<0.001": false,
      "http_req_failed{name:GET /bad} rate<=0.001": false,
      "checks rate>0.99": true,
      "http_req_duration{status:418} p(95)<1": null,
      "http_req_failed{status:418} rate<0.1": null,
      "http_reqs{status:418} count<1": null,
    });
  });

  test("has zeroes where k6 leaves counters out that never counted", () => {
    expect(parseK6Summary(summary({ iterations: { type: "counter", values: { count: 100 } } }))).toEqual({
      iterations: 100,
      droppedIterations: 0,
      requests: 0,
      failedRequests: 0,
      exceptions: 0,
      vusPeak: null,
      waitingMs: null,
      thresholds: [],
      checks: [],
    });
  });

  test("without a single finished iteration knows nothing of drops, requests and exceptions", () => {
    expect(parseK6Summary(summary({}))).toMatchObject({
      iterations: null,
      droppedIterations: null,
      requests: null,
      failedRequests: null,
      exceptions: null,
    });
  });

  test("does not know what failed where the script has turned that off", () => {
    const metrics = {
      iterations: { type: "counter", values: { count: 1 } },
      http_reqs: { type: "counter", values: { count: 1 } },
    };
    expect(parseK6Summary(summary(metrics))).toMatchObject({ requests: 1, failedRequests: null });
  });

  test("holds a threshold on a counter that never counted against 0, and every other one without samples against nothing", () => {
    const kinds = { errors: "counter", "errors{a:b}": "counter", level: "gauge", share: "rate", took: "trend" };
    const metrics = Object.fromEntries(Object.entries(kinds).map(([name, type]) => [name, { type, values: {} }]));
    const thresholds = [
      ...Object.keys(kinds).map((metric) => ({ metric, expression: "x", ok: true, samples: 0 })),
      { metric: "errors", expression: "count>0", ok: false, samples: 0 },
      { metric: "level", expression: "value<1", ok: true, samples: 1 },
    ];
    const read = parseK6Summary(JSON.stringify({ schemaVersion: 1, metrics, thresholds, checks: [] }));
    expect(read?.thresholds.map(({ held }) => held)).toEqual([true, null, null, null, null, false, true]);
  });

  test("is read whole when one value is no number", () => {
    const metrics = {
      my_trend: { type: "trend", values: { avg: null, count: 0 } },
      vus: { type: "gauge", values: { max: 3 } },
    };
    expect(parseK6Summary(summary(metrics))?.vusPeak).toBe(3);
  });

  test.each([
    "",
    "null",
    "[]",
    '{"metrics":{}}',
    '{"schemaVersion":2,"metrics":{},"thresholds":[],"checks":[]}',
    '{"schemaVersion"',
  ])("that is %j is none", (text) => {
    expect(parseK6Summary(text)).toBeNull();
  });
});
