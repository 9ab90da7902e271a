import type { SeriesSamples } from "../../lib/run/evidence.ts";
import { instanceOf } from "./instances.ts";
import type { PlacedSelector } from "../promql/expression.ts";
import type { Presence } from "../expressions/read-presence.ts";
import { readSelector } from "../promql/selector.ts";
import type { LabelMatcher } from "../promql/selector.ts";
import { selects } from "../promql/selects.ts";

/** The jobs that a selector names by `job="…"`, or one by one by `job=~"…|…"`. */
export function namedJobs({ selector }: Pick<PlacedSelector, "selector">): readonly string[] {
  return selector.matchers.filter(({ name }) => name === "job").flatMap(namesIn);
}

/** The jobs that plain selectors name. */
export function jobsNamedBy(queries: readonly string[]): readonly string[] {
  const readings = queries.map(readSelector);
  return [...new Set(readings.flatMap((reading) => (reading.kind === "selector" ? namedJobs(reading) : [])))];
}

/** The values that a matcher writes out; none where it is a pattern. */
function namesIn({ operator, value }: LabelMatcher): readonly string[] {
  if (operator === "=") return [value];
  if (operator !== "=~") return [];
  const [, inner = value] = /^\((?:\?:)?([^()]*)\)$/.exec(value) ?? [];
  const names = inner.split("|");
  return names.every((name) => /^(?:[\w/:@-]|\\[.-])+$/.test(name))
    ? names.map((name) => name.replaceAll("\\", ""))
    : [];
}

/**
 * Those series of `up` whose instances an expression may have read: by the job and instance that its selectors name; where one names no job, by
 * the jobs that it was there of. What is of no job at all, as a recording rule may be, may have been made from all of them.
 */
export function readBy(
  presences: readonly Pick<Presence, "selector" | "series">[],
  up: readonly SeriesSamples[],
): readonly SeriesSamples[] {
  const asked = presences.map(({ selector: placed, series }) => ({
    selector: {
      ...placed.selector,
      metric: "",
      matchers: placed.selector.matchers.filter(({ name }) => name === "job" || name === "instance"),
    },
    jobs: new Set(
      namedJobs(placed).length > 0 ? [] : series.map((one) => instanceOf(one).job).filter((job) => job !== ""),
    ),
  }));
  return up.filter((one) =>
    asked.some(
      ({ selector, jobs }) =>
        (jobs.size === 0 || jobs.has(instanceOf(one).job)) &&
        // An expression that JavaScript can't read may fit: then the instance is looked at.
        selects(selector, { ...one.labels, __name__: "" }) !== false,
    ),
  );
}
