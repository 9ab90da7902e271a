import { expect, test } from "vitest";

import type { Observation } from "./http.ts";
import { traceIdOf } from "./logging.ts";
import { createRequestLog } from "./request-log.ts";
import { memoryLogger } from "./test-servers.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SERVED: Observation = {
  method: "GET",
  route: "/recovery/:person",
  status: 200,
  durationSeconds: 0.0123456,
  traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
  person: "ada",
  error: undefined,
};

test("a request is one JSON line with timestamp, level, service, message, trace id and duration", () => {
  const { logger, lines } = memoryLogger("api");
  createRequestLog(logger, 1)(SERVED);
  expect(lines).toEqual([
    {
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      level: "info",
      service: "api",
      message: "request",
      trace_id: TRACE,
      duration_ms: 12.346,
      method: "GET",
      route: "/recovery/:person",
      status: 200,
      person: "ada",
    },
  ]);
});

test("one in so many requests is logged", () => {
  const { logger, lines } = memoryLogger();
  const log = createRequestLog(logger, 100);
  for (let index = 0; index < 250; index += 1) log(SERVED);
  expect(lines).toHaveLength(2);
});

test("failures are logged with their reason, but no flood of them", () => {
  const { logger, lines } = memoryLogger();
  const log = createRequestLog(logger, 0);
  for (let index = 0; index < 1000; index += 1) log({ ...SERVED, status: 500, error: new Error("no store") });
  expect(lines[0]).toMatchObject({ level: "warn", message: "request failed", reason: "no store" });
  // Twice ten, should a second turn in between.
  expect(lines.length).toBeGreaterThanOrEqual(10);
  expect(lines.length).toBeLessThanOrEqual(20);
});

test.each([
  ["no header", undefined],
  ["another format", "trace-1"],
  ["a trace id of zeros", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`],
  ["a parent id of zeros", `00-${TRACE}-${"0".repeat(16)}-01`],
  ["the forbidden version", `ff-${TRACE}-00f067aa0ba902b7-01`],
])("%s gives no trace id", (_name, header) => {
  expect(traceIdOf(header)).toBeUndefined();
});
