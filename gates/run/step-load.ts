import type { LoadEvidence, PhaseLoadEvidence } from "../../lib/run/evidence.ts";
import { plannedIterations } from "../../lib/run/load.ts";
import type { LoadPlan } from "../../lib/run/load.ts";
import type { LoadLimits, PlannedPhase } from "../../lib/run/plan.ts";
import type { Reason } from "../../lib/run/verdict.ts";
import { deliveryOfPhase } from "./delivery.ts";
import { formatCount, formatShare } from "../format.ts";
import { paceReasons } from "./generator-reasons.ts";

/** The load of one phase, by itself. */
export interface PhaseLoad {
  /** Why the phase proves nothing good: its load was not delivered, or nobody knows. */
  readonly blocking: Reason | undefined;
  /** Why a failure in it can't be blamed on the service, if it can't. */
  readonly unhealthy: Reason | undefined;
}

/** Judges the load of one phase. A service that is overloaded takes all VUs, so dropped iterations say nothing against a fail. */
export function judgePhaseLoad(options: {
  readonly phase: string;
  readonly load: LoadPlan;
  readonly limits: LoadLimits;
  readonly evidence: LoadEvidence | null;
  /** When the load began, in Unix seconds. */
  readonly startedAt: number | null;
}): PhaseLoad {
  const { phase, load, limits, evidence, startedAt } = options;
  const phases = evidence?.phases ?? [];
  const own = phases.find((one) => one.phase === phase);
  if (own === undefined || startedAt === null) {
    const reason: Reason = { code: "load-unobserved", message: `the load of ${phase} was not observed` };
    return { blocking: reason, unhealthy: reason };
  }
  const unhealthy = paceOf(own, phases, limits);
  const { planned, started } = deliveryOfPhase(load, own, startedAt);
  return { blocking: unhealthy ?? shortOf(planned, started, limits), unhealthy };
}

function paceOf(own: PhaseLoadEvidence, phases: readonly PhaseLoadEvidence[], limits: LoadLimits): Reason | undefined {
  const { cpuShare, startLagP99Seconds } = own;
  if (cpuShare === null) return { code: "load-unobserved", message: "k6's CPU was not observed" };
  // Iterations are numbered as they start: once some were dropped, all after them seem late.
  const dropped = phases.some(
    ({ window, droppedIterations }) => window.from <= own.window.from && droppedIterations !== 0,
  );
  return paceReasons({ cpuShare, startLagP99Seconds: dropped ? null : startLagP99Seconds }, limits)[0];
}

function shortOf(planned: number | null, started: number | null, limits: LoadLimits): Reason | undefined {
  if (planned === null) return { code: "load-not-delivered", message: "a closed model has no rate to be held" };
  if (started === null) return { code: "load-unobserved", message: "k6 did not report what it did" };
  const share = started / planned;
  if (share >= limits.minDeliveredShare) return undefined;
  const message = `k6 started ${formatCount(started)} of ${formatCount(planned)} planned iterations (${formatShare(share)})`;
  return { code: "load-not-delivered", message };
}

/** The level that a load holds longest in a phase; of a phase that holds none, its mean. */
export function levelOf(load: LoadPlan, { startSeconds, endSeconds }: PlannedPhase): number {
  const held = new Map<number, number>();
  for (const { from, to, ...stage } of load.stages) {
    const seconds = Math.min(stage.endSeconds, endSeconds) - Math.max(stage.startSeconds, startSeconds);
    if (seconds > 0 && from === to) held.set(from, (held.get(from) ?? 0) + seconds);
  }
  const [longest] = [...held].toSorted(([, a], [, b]) => b - a);
  if (longest !== undefined) return longest[0];
  // The area under the stages, whatever they are of.
  const area = plannedIterations({ ...load, unit: "iterations/s" }, startSeconds, endSeconds) ?? Number.NaN;
  return area / (endSeconds - startSeconds);
}
