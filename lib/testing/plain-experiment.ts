import type { ExperimentPlan } from "../run/plan.ts";

/** What an experiment has besides its faults, where a test does not care. */
export const PLAIN_EXPERIMENT: Pick<ExperimentPlan, "seed" | "blastRadius" | "steadyState" | "abort" | "alerts"> = {
  seed: null,
  blastRadius: { targets: 1, share: 1, never: [] },
  steadyState: [],
  abort: [],
  alerts: { expected: [], forbidden: [] },
};
