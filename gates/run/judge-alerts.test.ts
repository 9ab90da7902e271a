import { describe, expect, test } from "vitest";

import type { AlertEvent, RunEvent } from "../../lib/run/events.ts";
import type { AlertPlan } from "../../lib/run/plan.ts";
import { judgeAlerts } from "./judge-alerts.ts";

const PLAN: AlertPlan = { name: "StoreDown", labels: {}, withinSeconds: 10, resolvesWithinSeconds: 8 };
const injected: RunEvent = { at: 100, type: "fault-injected", fault: "kill", target: "process/store" };
const undone: RunEvent = { at: 120, type: "fault-undone", fault: "kill" };
const watched = (at: number): RunEvent => ({ at, type: "alerts-watched" });
const alert = (at: number, state: AlertEvent["state"], more: Partial<AlertEvent> = {}): RunEvent => ({
  at,
  type: "alert",
  alert: "StoreDown",
  labels: { job: "store" },
  source: "prometheus",
  state,
  after: at - 0.5,
  ...more,
});
const good = [injected, alert(103, "pending"), alert(105, "firing"), undone, alert(125, "over"), watched(140)];

const expected = (events: readonly RunEvent[], plan = PLAN) =>
  judgeAlerts({ alerts: { expected: [plan], forbidden: [] } }, events).alerts[0];
const forbidden = (events: readonly RunEvent[]) =>
  judgeAlerts({ alerts: { expected: [], forbidden: [PLAN] } }, events).alerts[0];

describe("an expected alert", () => {
  test("passes when it fired in time and was over in time", () => {
    expect(expected(good)).toMatchObject({
      verdict: "pass",
      firedAt: 105,
      overAt: 125,
      message: "it fired after 5.0 s at the latest and was over 5.0 s after the undo",
    });
  });

  test.each<[string, readonly RunEvent[], string, string]>([
    ["that did not fire", [injected, undone, watched(140)], "fail", "it did not fire within 10 s"],
    ["that fired too late", [injected, alert(115, "firing"), undone, watched(140)], "fail", "it fired after 14.5 s"],
    [
      "whose firing was seen from before its time to after it",
      [injected, alert(110.2, "firing"), undone, watched(140)],
      "inconclusive",
      "9.7 s at the earliest",
    ],
    ["that only became pending", [injected, alert(103, "pending"), undone, watched(140)], "fail", "it did not fire"],
    ["that stayed", [injected, alert(105, "firing"), undone, watched(140)], "fail", "was not over 8 s after the undo"],
    [
      "that was over too late",
      [injected, alert(105, "firing"), undone, alert(133, "over"), watched(140)],
      "fail",
      "was not over 8 s",
    ],
    [
      "whose end was not watched for",
      [injected, alert(105, "firing"), undone, watched(124)],
      "inconclusive",
      "make the recovery longer",
    ],
    ["that was firing before", [alert(90, "firing"), ...good], "inconclusive", "it was firing before the first fault"],
    [
      "that was not watched for long enough",
      [injected, undone, watched(105)],
      "inconclusive",
      "it was watched for 5.0 s only",
    ],
    [
      "that nobody could see",
      [injected, { at: 101, type: "alerts-unseen", message: "refused" }, watched(140)],
      "inconclusive",
      "refused",
    ],
    ["that nobody watched", [injected, undone], "inconclusive", "alerts were not watched"],
    ["without any fault", [watched(140)], "inconclusive", "no fault was injected"],
  ])("%s", (_, events, verdict, message) => {
    expect(expected(events)).toMatchObject({ verdict, message: expect.stringContaining(message) as string });
  });

  test("that was firing before and was over again detects anew", () => {
    expect(expected([alert(80, "firing"), alert(90, "over"), ...good])).toMatchObject({ verdict: "pass" });
  });

  test("is the one with its labels", () => {
    const labels = { job: "api" };
    expect(expected(good, { ...PLAN, labels })).toMatchObject({ verdict: "fail" });
    expect(expected(good, { ...PLAN, labels: { job: "store" } })).toMatchObject({ verdict: "pass" });
  });
});

describe("a forbidden alert", () => {
  test("fails when it fires, passes when it was seen not to", () => {
    expect(forbidden(good)).toMatchObject({ verdict: "fail", message: "it fired 5.0 s after the first fault" });
    expect(forbidden([injected, undone, watched(140)])).toMatchObject({ verdict: "pass" });
    expect(forbidden([injected, undone])).toMatchObject({ verdict: "inconclusive" });
    expect(forbidden([alert(90, "firing"), injected, undone, watched(140)])).toMatchObject({ verdict: "inconclusive" });
  });
});

test("codes say which alert and why", () => {
  const { reasons, failures } = judgeAlerts({ alerts: { expected: [{ ...PLAN, name: "Other" }], forbidden: [PLAN] } }, [
    ...good,
  ]);
  expect(reasons).toEqual([]);
  expect(failures).toEqual([
    { code: "alert-missed", message: "alert Other: it did not fire within 10 s" },
    { code: "alert-forbidden", message: "alert StoreDown: it fired 5.0 s after the first fault" },
  ]);
});
