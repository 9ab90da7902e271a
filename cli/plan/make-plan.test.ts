import { describe, expect, test } from "vitest";

import { planTimeline } from "./make-plan.ts";

const load = { durationSeconds: 40, warmupSeconds: 5 };
const fault = (name: string, startSeconds: number, holdSeconds: number, recoverySeconds: number) => ({
  name,
  kind: "latency",
  nature: "held" as const,
  target: "proxy/store",
  settings: {},
  startSeconds,
  holdSeconds,
  recoverySeconds,
  callerCounts: false,
});

describe("the timeline of a run", () => {
  test("has the phases one after another, the last one until the load ends", () => {
    const faults = [fault("latency", 17, 10, 3), fault("kill", 30, 4, 5)];
    expect(planTimeline(load, { name: "e", faults })).toEqual([
      { phase: "warmup", startSeconds: 0, endSeconds: 5 },
      { phase: "baseline", startSeconds: 5, endSeconds: 17 },
      { phase: "fault/latency", startSeconds: 17, endSeconds: 27 },
      { phase: "recovery/latency", startSeconds: 27, endSeconds: 30 },
      { phase: "fault/kill", startSeconds: 30, endSeconds: 34 },
      { phase: "recovery/kill", startSeconds: 34, endSeconds: 40 },
    ]);
  });

  test("without faults or warm-up is all baseline", () => {
    expect(planTimeline({ durationSeconds: 10, warmupSeconds: 0 }, null)).toEqual([
      { phase: "baseline", startSeconds: 0, endSeconds: 10 },
    ]);
  });

  test("is refused when the load ends before its experiment", () => {
    expect(() => planTimeline(load, { name: "e", faults: [fault("late", 30, 10, 5)] })).toThrow(
      "the load lasts 40 s, but experiment e needs 45 s",
    );
  });
});
