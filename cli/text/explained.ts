import { nearest } from "../../lib/config/nearest.ts";
import { usageError } from "../../lib/errors.ts";
import type { ObjectivePlan } from "../../lib/run/plan.ts";
import type { ObjectiveVerdict } from "../../lib/run/verdict.ts";
import { printable } from "../../reports/words/printable.ts";

/** Throws a usage error where no objective is of the SLO that is to be explained. */
export function checkExplained(slo: string | undefined, objectives: readonly { readonly slo: string }[]): void {
  const names = [...new Set(objectives.map((objective) => objective.slo))];
  if (slo === undefined || names.includes(slo)) return;
  const near = nearest(slo, names);
  const hint = near === undefined ? `Known are: ${names.join(", ") || "none"}.` : `Did you mean '${near}'?`;
  throw usageError("bad-option", `--explain: no SLO is called '${slo}'`, hint);
}

/** A verdict with the steps to it in each objective of an SLO, as `explain` tells them; as it is where no SLO is given. A verdict stands where its plan does. */
export function explained<Verdict extends { readonly objectives: readonly ObjectiveVerdict[] }>(
  verdict: Verdict,
  slo: string | undefined,
  objectives: readonly ObjectivePlan[],
  explain: (objective: ObjectivePlan, verdict: ObjectiveVerdict) => readonly string[],
): Verdict {
  if (slo === undefined) return verdict;
  const withSteps = verdict.objectives.map((judged, index) => {
    const objective = objectives[index];
    return objective?.slo === slo ? { ...judged, explanation: explain(objective, judged).map(printable) } : judged;
  });
  return { ...verdict, objectives: withSteps };
}

/** The steps that {@link explained} added, as they are told on the terminal; empty where there are none. */
export function explanationText(objectives: readonly ObjectiveVerdict[]): string {
  const lines = objectives.flatMap(({ explanation }) => (explanation === undefined ? [] : ["", ...explanation]));
  return lines.map((line) => `${line}\n`).join("");
}
