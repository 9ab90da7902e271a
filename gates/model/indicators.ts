import type { Indicator, LevelsIndicator, ObjectivePlan, RatioIndicator, RawIndicator } from "../../lib/run/plan.ts";
import { offScaleQueries } from "../promql/expression.ts";

/** An SLO's indicator before an objective gives its values a bound. */
export type SloIndicator =
  | RatioIndicator
  | LevelsIndicator
  | RawIndicator
  | { readonly kind: "threshold"; readonly query: string };

/** An objective whose events are counted one by one. */
export type CountedObjective = Pick<ObjectivePlan, "countedBy"> & { readonly indicator: RatioIndicator };

/** Whether an indicator is of counters, not of PromQL expressions. */
export function isRatio(indicator: SloIndicator | Indicator): indicator is RatioIndicator {
  return indicator.kind === "good" || indicator.kind === "bad";
}

/** Whether an objective is judged by single events, of which a run sees a sample; all else is a census of slices of time. */
export function countsEvents<T extends Pick<ObjectivePlan, "indicator" | "slices">>(
  objective: T,
): objective is T & { readonly indicator: RatioIndicator } {
  return isRatio(objective.indicator) && objective.slices === undefined;
}

/** The queries of an indicator; where it has two, its part (good or bad) first, then its total. */
export function queriesOfIndicator(indicator: SloIndicator | Indicator): readonly string[] {
  switch (indicator.kind) {
    case "good":
      return [indicator.good, indicator.total];
    case "bad":
      return [indicator.bad, indicator.total];
    case "levels":
      return [indicator.part, indicator.total];
    case "raw":
    case "threshold":
      return [indicator.query];
  }
}

/** An indicator with each of its queries changed. */
export function mapQueries<T extends SloIndicator | Indicator>(indicator: T, change: (query: string) => string): T;
export function mapQueries(indicator: SloIndicator | Indicator, change: (query: string) => string): SloIndicator {
  switch (indicator.kind) {
    case "good":
      return { ...indicator, good: change(indicator.good), total: change(indicator.total) };
    case "bad":
      return { ...indicator, bad: change(indicator.bad), total: change(indicator.total) };
    case "levels":
      return { ...indicator, part: change(indicator.part), total: change(indicator.total) };
    case "raw":
    case "threshold":
      return { ...indicator, query: change(indicator.query) };
  }
}

/** The indicators of objectives that are evaluated, with what shows whether their quantiles can be trusted; each query once. */
export function rangeQueries(objectives: readonly Pick<ObjectivePlan, "indicator">[]): readonly string[] {
  const ranges = objectives
    .flatMap(({ indicator }) => (isRatio(indicator) ? [] : queriesOfIndicator(indicator)))
    .flatMap((query) => [query, ...offScaleQueries(query)]);
  return [...new Set(ranges)];
}
