import { isBoundless } from "../promql/boundless-labels.ts";
import type { Documents } from "../model/documents.ts";
import { placedQueries } from "../model/placed-queries.ts";
import { readExpression } from "../promql/expression.ts";
import { findingIn } from "./finding.ts";
import type { SloFinding } from "./finding.ts";

/** Labels of high cardinality that an indicator selects or groups by. */
export function lintLabels(all: Documents["all"]): readonly SloFinding[] {
  return placedQueries(all).flatMap(({ document, path, query }) => {
    const reading = readExpression(query);
    if (reading.kind === "refused") return [];
    const { selectors, groupedBy } = reading.expression;
    const labels = [...selectors.flatMap(({ selector }) => selector.matchers.map(({ name }) => name)), ...groupedBy];
    return [...new Set(labels)].filter(isBoundless).map((label) =>
      findingIn(document, path, {
        level: "warning",
        code: "high-cardinality",
        message: `the label '${label}' has likely as many values as there are requests or people`,
        cure: "Use a label of few values, such as a route's pattern; Prometheus keeps a series for each value.",
      }),
    );
  });
}
