import { expect, test } from "vitest";

import type { RunEvent } from "../../lib/run/events.ts";
import type { FaultPlan } from "../../lib/run/plan.ts";
import type { ObjectiveVerdict } from "../../lib/run/verdict.ts";
import { faultTimes } from "./fault-times.ts";

const plan: FaultPlan = {
  name: "kill",
  group: "kill",
  kind: "process-kill",
  nature: "instant",
  target: "process/store",
  settings: {},
  startSeconds: 0,
  holdSeconds: 5,
  recoverySeconds: 5,
  callerCounts: true,
};
const measurement = { what: "", unit: "s", before: null, asked: null, measured: 1 };
const events: readonly RunEvent[] = [
  { at: 100, type: "fault-injected", fault: "kill", target: "process/store" },
  { at: 100.2, type: "fault-proven", fault: "kill", measurement },
  { at: 104, type: "alert", alert: "StoreDown", labels: {}, source: "prometheus", state: "pending", after: 103.5 },
  { at: 90, type: "alert", alert: "StoreDown", labels: {}, source: "prometheus", state: "firing", after: 89.5 },
  { at: 105, type: "alert", alert: "StoreDown", labels: {}, source: "prometheus", state: "firing", after: 104.5 },
  { at: 106, type: "undo-proven", fault: "kill", measurement, askedAt: 100.2 },
  { at: 108, type: "fault-undone", fault: "kill" },
];
const missed = (phase: string, first: number, last: number): ObjectiveVerdict =>
  ({
    phase,
    missed: { first: { from: first, to: first + 1 }, last: { from: last, to: last + 1 } },
  }) as ObjectiveVerdict;

test("are known as well as they were seen, and differences add up what is not known", () => {
  const objectives = [
    missed("baseline", 50, 60),
    missed("fault/kill", 101, 103),
    missed("recovery/kill", 109, 110),
    missed("fault/kill", 100, 102),
  ];
  const times = faultTimes({ plan, events, objectives, expected: ["StoreDown"] });
  expect(times.effective).toEqual({
    at: expect.closeTo(100.1) as number,
    uncertaintySeconds: expect.closeTo(0.1) as number,
  });
  expect(times.firstBreach).toEqual({ at: 100.5, uncertaintySeconds: 0.5 });
  expect(times.mitigated).toEqual({ at: 110.5, uncertaintySeconds: 0.5 });
  expect(times.alertFiring).toEqual({ at: 104.75, uncertaintySeconds: 0.25 });
  expect(times.toDetect).toEqual({
    seconds: expect.closeTo(4.65) as number,
    uncertaintySeconds: expect.closeTo(0.35) as number,
  });
  expect(times.toMitigate).toEqual({ seconds: 10, uncertaintySeconds: 1 });
  expect(times.undone).toEqual({ at: 108, uncertaintySeconds: 0 });
});

test("are unknown where nothing was seen", () => {
  const times = faultTimes({ plan, events: events.slice(0, 1), objectives: [], expected: [] });
  expect(Object.values(times).every((time) => time === null)).toBe(true);
  expect(faultTimes({ plan, events: [], objectives: [], expected: [] }).effective).toBeNull();
});

test("an alert that nobody expects detects nothing", () => {
  expect(faultTimes({ plan, events, objectives: [], expected: ["Other"] }).toDetect).toBeNull();
});
