import { hiddenValues } from "../promql/hidden-values.ts";
import type { Slo } from "../model/parse-slos.ts";
import type { SloFinding } from "./finding.ts";

/** Objectives whose query keeps from them what breaks them. */
export function lintHidden(slos: readonly Slo[]): readonly SloFinding[] {
  return slos.flatMap(({ indicator, objectives, source: { file } }) =>
    objectives.flatMap(({ condition, line }) =>
      hiddenValues(indicator, condition?.op).map(({ message, cure }): SloFinding => ({
        file,
        line,
        level: "warning",
        code: "hides-values",
        message,
        cure,
      })),
    ),
  );
}
