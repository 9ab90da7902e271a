import type { RunEvent } from "./events.ts";
import type { Evidence } from "./evidence.ts";
import type { RunPlan } from "./plan.ts";
import type { RunVerdict } from "./verdict.ts";

/** What a run's folder holds, as every renderer gets it. */
export interface RunRecord {
  readonly plan: RunPlan;
  readonly events: readonly RunEvent[];
  /** Null when the run ended before any could be collected. */
  readonly evidence: Evidence | null;
  readonly verdict: RunVerdict;
}
