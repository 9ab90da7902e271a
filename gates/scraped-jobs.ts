import type { SeriesSamples } from "../lib/run/evidence.ts";
import { readExpression } from "./promql-expression.ts";
import type { Selector } from "./promql.ts";
import { selects } from "./selects.ts";

/** The jobs that the selectors of expressions name by `job="…"`, each once. */
export function jobsOf(queries: readonly string[]): readonly string[] {
  const jobs = selectorsOf(queries).flatMap(({ matchers }) =>
    matchers.filter(({ name, operator }) => name === "job" && operator === "=").map(({ value }) => value),
  );
  return [...new Set(jobs)];
}

/** Those series of `up` whose instances an expression may have read: by the job and instance that its selectors name. */
export function readBy(queries: readonly string[], up: readonly SeriesSamples[]): readonly SeriesSamples[] {
  const asked = selectorsOf(queries).map((selector) => ({
    ...selector,
    metric: "",
    matchers: selector.matchers.filter(({ name }) => name === "job" || name === "instance"),
  }));
  // An expression that JavaScript can't read may fit: then the instance is looked at.
  return up.filter(({ labels }) => asked.some((selector) => selects(selector, { ...labels, __name__: "" }) !== false));
}

function selectorsOf(queries: readonly string[]): readonly Selector[] {
  return queries.flatMap((query) => {
    const reading = readExpression(query);
    return reading.kind === "expression" ? reading.expression.selectors.map(({ selector }) => selector) : [];
  });
}
