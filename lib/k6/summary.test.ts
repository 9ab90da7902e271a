import { describe, expect, test } from "vitest";

import { firstScriptError } from "./log.ts";
import { parseK6Summary } from "./summary.ts";

describe("k6's summary", () => {
  test("is read with zero drops where k6 leaves the counter out", () => {
    const text = JSON.stringify({
      metrics: {
        iterations: { type: "counter", values: { count: 100, rate: 10 } },
        http_reqs: { type: "counter", values: { count: 101, rate: 10 } },
        http_req_failed: { type: "rate", values: { rate: 0.03, passes: 3, fails: 98 } },
        vus_max: { type: "gauge", values: { value: 7, min: 5, max: 9 } },
      },
    });
    expect(parseK6Summary(text)).toEqual({
      iterations: 100,
      droppedIterations: 0,
      requests: 101,
      failedRequests: 3,
      vusMax: 9,
    });
  });

  test("without a single finished iteration knows nothing of drops", () => {
    expect(parseK6Summary('{"metrics":{}}')).toMatchObject({
      iterations: null,
      droppedIterations: null,
      requests: null,
    });
  });

  test.each(["", "null", "[]", '{"metrics":{"iterations":{}}}', '{"metrics"'])("that is %j is none", (text) => {
    expect(parseK6Summary(text)).toBeNull();
  });
});

describe("k6's log", () => {
  test("gives the first exception and passes over failed requests", () => {
    const log = [
      '{"error":"dial tcp: refused","level":"warning","msg":"Request Failed"}',
      "not json at all",
      '{"level":"error","msg":"TypeError: x is not a function\\n\\tat ci.ts:5:3","source":"stacktrace"}',
      '{"level":"error","msg":"ReferenceError: later","source":"stacktrace"}',
    ].join("\n");
    expect(firstScriptError(log)).toBe("TypeError: x is not a function (at ci.ts:5:3)");
  });

  test("of a healthy run has none", () => {
    expect(firstScriptError('{"level":"info","msg":"Error rates are fine"}\n')).toBeNull();
  });
});
