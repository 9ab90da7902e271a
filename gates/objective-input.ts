import type { Evidence } from "../lib/run/evidence.ts";
import type { Window } from "../lib/run/phase.ts";
import type { ObjectivePlan } from "../lib/run/plan.ts";
import type { Reason } from "../lib/run/verdict.ts";
import type { Excuse } from "./excuses.ts";
import type { JudgedWindow } from "./windows.ts";

/** The part of the evidence that an objective is judged by. */
type ObjectiveEvidence = Pick<Evidence, "counters" | "ranges" | "presence" | "up" | "starts" | "prometheus">;

/** What an objective is judged by. */
export interface ObjectiveInput {
  readonly objective: ObjectivePlan;
  readonly confidence: number;
  /** Mean number of failures that come together, at least. */
  readonly failureBurst: number;
  readonly scrapeIntervalSeconds: number;
  /** Null when none was collected. */
  readonly evidence: ObjectiveEvidence | null;
  readonly windows: readonly JudgedWindow[];
  /** Stretches of time that are left out; none if left out. */
  readonly excluded?: readonly Window[];
  /** When the run was cut short; null when it was not. */
  readonly cutAt: number | null;
  /** Times in which Prometheus was away. */
  readonly gaps: readonly Window[];
  readonly excuses: readonly Excuse[];
  /** Whether instances may start again, come and go; not, if left out. */
  readonly restartsAllowed?: boolean;
  /** In a long window, events are taken together in stretches of so many seconds. */
  readonly stretchSeconds?: number;
  /** The load that the events come from; null when it is somebody else's. */
  readonly load: { readonly unfinishedIterations: number | null; readonly endedAt: number } | null;
  /** Why a failure can't be blamed on the service, if it can't. */
  readonly unhealthy: Reason | undefined;
}
