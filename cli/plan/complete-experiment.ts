import type { Slo } from "../../gates/model/parse-slos.ts";
import type { Project } from "../../lib/config/project.ts";
import { usageError } from "../../lib/errors.ts";
import type { ExperimentPlan } from "../../lib/run/plan.ts";
import { completeChecks } from "./complete-checks.ts";

export interface ExperimentContext {
  readonly project: Project;
  readonly slos: readonly Slo[];
  readonly runId: string;
}

/** An experiment with what it refers to looked up; throws a usage error (exit code 2) for a target that did not opt in, or an SLO that is not there. */
export function completeExperiment(
  experiment: ExperimentPlan & { readonly baselineSeconds: number },
  { project, slos, runId }: ExperimentContext,
): ExperimentPlan {
  const { targets, service } = project.spec;
  for (const { name, target, select } of experiment.faults) {
    if (select !== undefined || targets.includes(target)) continue;
    throw usageError(
      "unknown-target",
      `${experiment.file}: fault ${name} is for '${target}', which did not opt in`,
      `Under \`targets\` in proofload.yaml there are: ${targets.join(", ") || "none"}.`,
    );
  }
  const { baselineSeconds: _, ...plan } = experiment;
  return completeChecks(plan, { slos, serviceUrl: service.url, runId });
}
