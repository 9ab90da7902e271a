import type { RunEvent } from "../../lib/run/events.ts";
import type { ExperimentPlan, FaultPlan } from "../../lib/run/plan.ts";
import type { FaultTimes, FaultVerdict, Moment, ObjectiveVerdict, TimeTo } from "../../lib/run/verdict.ts";

export interface FaultTimesInput {
  readonly plan: FaultPlan;
  readonly events: readonly RunEvent[];
  readonly objectives: readonly ObjectiveVerdict[];
  /** Names of the alerts that the experiment expects. */
  readonly expected: readonly string[];
}

/** The faults of an experiment with their times; null: there was no experiment. */
export function withTimes(
  faults: readonly FaultVerdict[],
  experiment: Pick<ExperimentPlan, "faults" | "alerts"> | null,
  seen: Pick<FaultTimesInput, "events" | "objectives">,
): readonly FaultVerdict[] {
  const expected = experiment?.alerts.expected.map(({ name }) => name) ?? [];
  return faults.map((fault) => {
    const plan = experiment?.faults.find(({ name }) => name === fault.name);
    return plan === undefined ? fault : { ...fault, times: faultTimes({ ...seen, plan, expected }) };
  });
}

/**
 * When things happened around a fault, each known only so well: a proof takes its time, an objective is seen from scrape to scrape, an alert from look to look. Null where it
 * never happened, or nobody saw it.
 */
export function faultTimes({ plan, events, objectives, expected }: FaultTimesInput): FaultTimes {
  const own = events.filter((event) => "fault" in event && event.fault === plan.name);
  const injected = own.find((event) => event.type === "fault-injected");
  if (injected === undefined) return NEVER;
  const proven = own.find((event) => event.type === "fault-proven");
  const undone = own.find((event) => event.type === "fault-undone")?.at;
  const over = own.find((event) => event.type === "undo-proven");
  const phases = [`fault/${plan.group}`, `recovery/${plan.group}`];
  const missed = objectives.flatMap((one) => (phases.includes(one.phase) ? (one.missed ?? []) : []));
  const first = missed.map((one) => one.first).toSorted((a, b) => a.from - b.from)[0];
  const last = missed.map((one) => one.last).toSorted((a, b) => b.to - a.to)[0];
  const alert = (state: "pending" | "firing"): Moment | null => {
    const seen = events.find(
      (event) =>
        event.type === "alert" && event.state === state && expected.includes(event.alert) && event.at >= injected.at,
    );
    return seen?.type === "alert" ? between(seen.after, seen.at) : null;
  };
  const moments = {
    // It is no earlier than the injection's beginning, and no later than when its proof had been seen.
    effective: proven === undefined ? null : between(injected.at, proven.at),
    firstBreach: first === undefined ? null : between(first.from, first.to),
    alertPending: alert("pending"),
    alertFiring: alert("firing"),
    mitigated: last === undefined ? null : between(last.from, last.to),
    undone: undone === undefined ? null : between(undone, undone),
    recovered:
      over === undefined
        ? null
        : between(plan.nature === "instant" ? (over.askedAt ?? over.at) : (undone ?? over.at), over.at),
  };
  return {
    ...moments,
    toDetect: span(moments.effective, moments.alertFiring),
    toMitigate: span(moments.firstBreach ?? moments.effective, moments.mitigated),
    toRecover: span(moments.effective, moments.recovered),
  };
}

const NEVER: FaultTimes = {
  effective: null,
  firstBreach: null,
  alertPending: null,
  alertFiring: null,
  mitigated: null,
  undone: null,
  recovered: null,
  toDetect: null,
  toMitigate: null,
  toRecover: null,
};

/** Somewhere between two times: the middle, give or take half. */
function between(from: number, to: number): Moment {
  return { at: (from + to) / 2, uncertaintySeconds: Math.max(0, to - from) / 2 };
}

/** Bounds of a difference add up. */
function span(from: Moment | null, to: Moment | null): TimeTo | null {
  if (from === null || to === null) return null;
  const uncertaintySeconds = from.uncertaintySeconds + to.uncertaintySeconds;
  return { seconds: Math.max(0, to.at - from.at), uncertaintySeconds };
}
