import type { ObjectivePlan } from "../lib/run/plan.ts";
import { countsEvents, isRatio, queriesOfIndicator } from "./model/indicators.ts";
import { reachOf } from "./promql/expression.ts";
import { LEAST_SLICES } from "./slices/judge-slices.ts";

/** How many seconds of a phase must be judged, at least, for its slices of time to be enough; 0 where events are counted. */
export function neededSeconds(
  objective: Pick<ObjectivePlan, "indicator" | "slices">,
  scrapeIntervalSeconds: number,
): number {
  if (countsEvents(objective)) return 0;
  const { indicator, slices } = objective;
  const reachSeconds = isRatio(indicator) ? 0 : Math.max(...queriesOfIndicator(indicator).map(reachOf));
  return reachSeconds + LEAST_SLICES * (slices?.seconds ?? scrapeIntervalSeconds);
}
