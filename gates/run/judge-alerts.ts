import type { AlertEvent, RunEvent } from "../../lib/run/events.ts";
import type { AlertPlan, ExperimentPlan } from "../../lib/run/plan.ts";
import type { AlertVerdict, Reason } from "../../lib/run/verdict.ts";

/** What became of the alerts that an experiment names. */
export interface AlertsJudgement {
  readonly alerts: readonly AlertVerdict[];
  /** What blocks a pass: nobody could see the alert, or it fired before anything was done. */
  readonly reasons: readonly Reason[];
  /** What the service's monitoring failed at. */
  readonly failures: readonly Reason[];
}

/** Holds the alerts that were seen against those that an experiment expects and forbids, by the times of the first fault's effect and the last one's end. */
export function judgeAlerts({ alerts }: Pick<ExperimentPlan, "alerts">, events: readonly RunEvent[]): AlertsJudgement {
  const verdicts = [
    ...alerts.expected.map((plan) => expectedVerdict(plan, events)),
    ...alerts.forbidden.map((plan) => forbiddenVerdict(plan, events)),
  ];
  const reasonOf = ({ alert, message }: AlertVerdict): string => `alert ${alert}: ${message}`;
  return {
    alerts: verdicts,
    reasons: verdicts
      .filter(({ verdict }) => verdict === "inconclusive")
      .map((one) => ({ code: "alert-unseen", message: reasonOf(one) })),
    failures: verdicts
      .filter(({ verdict }) => verdict === "fail")
      .map((one) => ({ code: one.expected ? "alert-missed" : "alert-forbidden", message: reasonOf(one) })),
  };
}

type Judged = Pick<AlertVerdict, "verdict" | "message">;

function expectedVerdict(plan: AlertPlan, events: readonly RunEvent[]): AlertVerdict {
  const { name, withinSeconds, resolvesWithinSeconds } = plan;
  const own = alertsOf(plan, events);
  const began = timeOf(events, "fault-injected", "first");
  const ended = timeOf(events, "fault-undone", "last");
  const firing = own.find(({ state, at }) => state === "firing" && (began === null || at >= began)) ?? null;
  const over = own.findLast(({ state }) => state === "over") ?? null;
  const common = { alert: name, expected: true, firedAt: firing?.at ?? null, overAt: over?.at ?? null };
  const judged = (): Judged => {
    const blind = blindness(events);
    if (began === null) return { verdict: "inconclusive", message: "no fault was injected" };
    if (firedBefore(own, began)) {
      return { verdict: "inconclusive", message: "it was firing before the first fault, so it detected nothing" };
    }
    if (firing === null) {
      if (blind !== null) return { verdict: "inconclusive", message: blind };
      const watched = (timeOf(events, "alerts-watched", "last") ?? began) - began;
      return watched < withinSeconds
        ? {
            verdict: "inconclusive",
            message: `it was watched for ${watched.toFixed(1)} s only, ${withinSeconds} s allowed`,
          }
        : { verdict: "fail", message: `it did not fire within ${withinSeconds} s` };
    }
    const late = firing.after - began;
    if (late > withinSeconds) {
      return {
        verdict: "fail",
        message: `it fired after ${late.toFixed(1)} s at the earliest, ${withinSeconds} s allowed`,
      };
    }
    const fired = `it fired after ${(firing.at - began).toFixed(1)} s at the latest`;
    if (firing.at - began > withinSeconds) {
      return {
        verdict: "inconclusive",
        message: `${fired} and ${late.toFixed(1)} s at the earliest, ${withinSeconds} s allowed`,
      };
    }
    if (resolvesWithinSeconds === null) return { verdict: "pass", message: fired };
    const resolved = over !== null && ended !== null && over.at > firing.at ? over.at - ended : null;
    if (resolved !== null && resolved <= resolvesWithinSeconds) {
      return { verdict: "pass", message: `${fired} and was over ${Math.max(0, resolved).toFixed(1)} s after the undo` };
    }
    const watched = ended === null ? 0 : (timeOf(events, "alerts-watched", "last") ?? ended) - ended;
    if (resolved === null && (blind !== null || watched < resolvesWithinSeconds)) {
      return {
        verdict: "inconclusive",
        message:
          blind ??
          `whether it is over ${resolvesWithinSeconds} s after the undo was not watched: make the recovery longer`,
      };
    }
    return { verdict: "fail", message: `${fired}, but was not over ${resolvesWithinSeconds} s after the undo` };
  };
  return { ...common, ...judged() };
}

function forbiddenVerdict(plan: AlertPlan, events: readonly RunEvent[]): AlertVerdict {
  const own = alertsOf(plan, events);
  const began = timeOf(events, "fault-injected", "first");
  const firing = own.find(({ state, at }) => state === "firing" && (began === null || at >= began)) ?? null;
  const common = { alert: plan.name, expected: false, firedAt: firing?.at ?? null, overAt: null };
  if (began === null) return { ...common, verdict: "inconclusive", message: "no fault was injected" };
  if (firedBefore(own, began)) {
    return { ...common, verdict: "inconclusive", message: "it was firing before the first fault" };
  }
  if (firing !== null) {
    return {
      ...common,
      verdict: "fail",
      message: `it fired ${(firing.at - began).toFixed(1)} s after the first fault`,
    };
  }
  const blind = blindness(events);
  return blind === null
    ? { ...common, verdict: "pass", message: "it did not fire" }
    : { ...common, verdict: "inconclusive", message: blind };
}

function alertsOf({ name, labels }: AlertPlan, events: readonly RunEvent[]): readonly AlertEvent[] {
  return events.filter(
    (event): event is AlertEvent =>
      event.type === "alert" &&
      event.alert === name &&
      Object.entries(labels).every(([label, value]) => event.labels[label] === value),
  );
}

function firedBefore(own: readonly AlertEvent[], began: number): boolean {
  return own.findLast(({ at }) => at < began)?.state === "firing";
}

/** Why an alert may have gone unseen; null when it was watched all through. */
function blindness(events: readonly RunEvent[]): string | null {
  const lost = events.find((event) => event.type === "alerts-unseen");
  if (lost?.type === "alerts-unseen") return lost.message;
  return events.some(({ type }) => type === "alerts-watched") ? null : "alerts were not watched";
}

function timeOf(events: readonly RunEvent[], type: RunEvent["type"], which: "first" | "last"): number | null {
  const isIt = (event: RunEvent): boolean => event.type === type;
  return (which === "first" ? events.find(isIt) : events.findLast(isIt))?.at ?? null;
}
