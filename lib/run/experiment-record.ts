import type { RunEvent } from "./events.ts";
import type { ExperimentRunPlan } from "./plan.ts";
import type { ExperimentVerdict } from "./verdict.ts";

/** What the folder of an experiment without load holds, as its report gets it. */
export interface ExperimentRecord {
  readonly plan: ExperimentRunPlan;
  readonly events: readonly RunEvent[];
  readonly verdict: ExperimentVerdict;
}
