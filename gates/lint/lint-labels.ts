import type { Documents } from "../model/documents.ts";
import { placedQueries } from "../model/placed-queries.ts";
import { readExpression } from "../promql-expression.ts";
import { findingIn } from "./finding.ts";
import type { SloFinding } from "./finding.ts";

/** Labels whose values are as many as there are requests or people: a series for each. */
const BOUNDLESS =
  /^(?:(?:full_?|raw_?|request_?)?(?:url|uri|path)|query(?:_string)?|e?mail|(?:client_?|remote_?)?(?:ip|addr|address)|id|uuid|guid|.*(?:user|session|trace|span|request|customer|account|order)(?:_?id)?)$/i;

/** Labels of high cardinality that an indicator selects or groups by. */
export function lintLabels(all: Documents["all"]): readonly SloFinding[] {
  return placedQueries(all).flatMap(({ document, path, query }) => {
    const reading = readExpression(query);
    if (reading.kind === "refused") return [];
    const { selectors, groupedBy } = reading.expression;
    const labels = [...selectors.flatMap(({ selector }) => selector.matchers.map(({ name }) => name)), ...groupedBy];
    return [...new Set(labels)]
      .filter((label) => BOUNDLESS.test(label))
      .map((label) =>
        findingIn(document, path, {
          level: "warning",
          code: "high-cardinality",
          message: `the label '${label}' has likely as many values as there are requests or people`,
          cure: "Use a label of few values, such as a route's pattern; Prometheus keeps a series for each value.",
        }),
      );
  });
}
