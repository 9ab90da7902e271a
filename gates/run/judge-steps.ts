import type { LoadEvidence } from "../../lib/run/evidence.ts";
import type { PlannedPhase, RunPlan } from "../../lib/run/plan.ts";
import type { CapacityStep, ObjectiveVerdict, Reason } from "../../lib/run/verdict.ts";
import { brokeWords } from "./load-end.ts";
import type { LoadEnd } from "./load-end.ts";
import { judgePhaseLoad, levelOf } from "./step-load.ts";

/** A step, and the SLOs that broke in it. */
export interface JudgedStep extends CapacityStep {
  readonly brokeBy: readonly string[];
}

export interface StepsInput {
  readonly plan: RunPlan;
  /** Those of all phases. */
  readonly objectives: readonly ObjectiveVerdict[];
  readonly evidence: LoadEvidence | null;
  readonly end: LoadEnd;
  /** The phases that began. */
  readonly reached: ReadonlySet<string>;
  /** Why no failure in the run can be blamed on the service, if none can. */
  readonly unhealthy: Reason | undefined;
}

/** Whether a phase is a step of a stress. */
export function isStep(phase: string): boolean {
  return phase.startsWith("step/");
}

/** Judges the steps of a stress, from the lowest rate to the highest. */
export function judgeSteps(input: StepsInput): readonly JudgedStep[] {
  const steps = input.plan.timeline.filter(({ phase }) => isStep(phase));
  return steps.map((step) => judgeStep(input, step)).toSorted((a, b) => a.rate - b.rate);
}

function judgeStep(
  { plan, objectives, evidence, end, reached, unhealthy }: StepsInput,
  planned: PlannedPhase,
): JudgedStep {
  const { phase } = planned;
  const step = { phase, rate: levelOf(plan.load, planned), brokeBy: [] };
  const broke = end.broke;
  if (!reached.has(phase)) {
    const why = broke === null ? "the load had ended before it" : `the load was ended in ${broke.phase}`;
    return { ...step, verdict: "not-reached", why };
  }
  const load = judgePhaseLoad({ phase, load: plan.load, limits: plan.limits, evidence, startedAt: end.startedAt });
  const own = objectives.filter((one) => one.phase === phase);
  const failed = own.filter(({ verdict }) => verdict === "fail");
  const doubt = unhealthy ?? load.unhealthy;
  const endedIt = broke?.phase === phase && doubt === undefined ? broke : null;
  if (failed.length > 0 || endedIt !== null) {
    const brokeBy = [...new Set([...(endedIt === null ? [] : [endedIt.slo]), ...failed.map(({ slo }) => slo)])];
    const why = [
      ...(endedIt === null ? [] : [brokeWords(endedIt)]),
      ...failed.filter(({ slo }) => slo !== endedIt?.slo).map(({ slo, reason }) => `${slo}: ${reason.message}`),
    ];
    return { ...step, verdict: "fail", why: why.join("; "), brokeBy };
  }
  if (broke?.phase === phase) {
    const why = `${brokeWords(broke)}; but that may not be the service's doing: ${doubt?.message ?? ""}`;
    return { ...step, verdict: "inconclusive", why };
  }
  const open = own.find(({ verdict }) => verdict !== "pass");
  if (open !== undefined) return { ...step, verdict: "inconclusive", why: `${open.slo}: ${open.reason.message}` };
  if (own.length === 0) return { ...step, verdict: "inconclusive", why: "the gate has no objective in it" };
  return load.blocking === undefined
    ? { ...step, verdict: "pass", why: null }
    : { ...step, verdict: "inconclusive", why: load.blocking.message };
}
