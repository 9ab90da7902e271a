import { describe, expect, test } from "vitest";

import type { RunPlan } from "../../lib/run/plan.ts";
import { statusLines, timelineText } from "./status-text.ts";
import type { RunState } from "./status-text.ts";

const plan = { runId: "r", load: { durationSeconds: 40 }, experiment: null } as unknown as RunPlan;
const state: RunState = {
  plan,
  step: "",
  phase: "fault/latency",
  loadStartedMs: 1000,
  faults: {},
  prometheus: "there",
};
const numbers = { requestsPerSecond: 599.6, p50Seconds: 0.0021, p99Seconds: 0.0614, errorRatio: 0.0123, exceptions: 0 };

describe("the live block", () => {
  test("shows the phase, the rate, the latency, the errors and the faults", () => {
    const lines = statusLines({ ...state, faults: { latency: "on, proven" } }, numbers, 21_000);
    expect(lines).toEqual([
      "████████████░░░░░░░░░░░░ 20 of 40 s  fault/latency",
      "600 requests/s  p50 2.1 ms  p99 61 ms  errors 1.2 %",
      "faults: latency: on, proven",
    ]);
  });

  test("shows exceptions as soon as there are some: no error ratio does", () => {
    expect(statusLines(state, { ...numbers, exceptions: 1200 }, 21_000)[1]).toContain("EXCEPTIONS 1,200");
  });

  test("never shows more than the whole, and says when nothing is known", () => {
    expect(statusLines(state, numbers, 99_000)[0]).toContain(" 40 of 40 s");
    const unknown = { requestsPerSecond: null, p50Seconds: null, p99Seconds: null, errorRatio: null, exceptions: null };
    expect(statusLines(state, unknown, 2000)[1]).toBe("waiting for the first numbers");
    expect(statusLines({ ...state, prometheus: "away" }, numbers, 2000)[1]).toBe("Prometheus is away: no numbers");
  });
});

describe("a line of the timeline", () => {
  test("says what happened, and when after the load's start", () => {
    const measurement = { what: "round trip", unit: "ms", before: 2, asked: 402, measured: 389 };
    expect(timelineText({ at: 0, type: "fault-proven", fault: "latency", measurement }, state, 18_200)).toBe(
      " 17.2 s  latency: proven (round trip: 389 ms)",
    );
    expect(timelineText({ at: 0, type: "phase", phase: "baseline" }, { ...state, loadStartedMs: null }, 5)).toBe(
      "baseline",
    );
    expect(timelineText({ at: 0, type: "phase", phase: "settle" }, state, 5)).toBeNull();
  });

  test("says which objective broke, and never that it was kept", () => {
    const broke = { at: 0, type: "objective-broke", slo: "api-latency", phase: "step/600", windowSeconds: 20 } as const;
    expect(timelineText({ ...broke, target: 0.99, good: 3101, total: 3400 }, state, 18_200)).toBe(
      " 17.2 s  api-latency broke in step/600: 91.2 % of 3,400, 99 % promised; ending the load",
    );
    expect(timelineText({ ...broke, target: 0.999, good: 99_880, total: 100_000 }, state, 18_200)).toContain(
      "99.88 % of 100,000, 99.9 % promised",
    );
  });
});
