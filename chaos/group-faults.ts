import type { FaultPlan } from "../lib/run/plan.ts";

/** Faults that are on at the same time. */
export interface FaultGroup {
  readonly name: string;
  readonly startSeconds: number;
  readonly holdSeconds: number;
  readonly recoverySeconds: number;
  readonly faults: readonly FaultPlan[];
}

/** When the recovery after the last fault is over, in seconds after the load's start. */
export function endSecondsOf(plans: readonly FaultPlan[]): number {
  return Math.max(...plans.map((plan) => plan.startSeconds + plan.holdSeconds + plan.recoverySeconds));
}

/** The groups of an experiment, in the order in which they are played. */
export function groupFaults(plans: readonly FaultPlan[]): readonly FaultGroup[] {
  return plans
    .filter(({ name, group }) => name === group)
    .map(({ group, startSeconds, holdSeconds, recoverySeconds }) => ({
      name: group,
      startSeconds,
      holdSeconds,
      recoverySeconds,
      faults: plans.filter((plan) => plan.group === group),
    }));
}
