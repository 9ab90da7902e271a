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

/** The steps to the verdict of each objective of an SLO, as `explain` tells them; a verdict stands where its plan does. */
export function explanation(
  slo: string,
  objectives: readonly ObjectivePlan[],
  verdicts: readonly ObjectiveVerdict[],
  explain: (objective: ObjectivePlan, verdict: ObjectiveVerdict) => readonly string[],
): string {
  const lines = objectives.flatMap((objective, index) => {
    const judged = verdicts[index];
    return objective.slo !== slo || judged === undefined ? [] : ["", ...explain(objective, judged)];
  });
  return `${lines.map(printable).join("\n")}\n`;
}
