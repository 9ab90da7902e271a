import { blocked } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { censusOfCounters } from "./census-of-counters.ts";
import { censusOfExpression } from "../expressions/census-of-expression.ts";
import type { CensusRequest } from "../expressions/census-of-expression.ts";
import { isRatio } from "../model/indicators.ts";
import type { CensusTally } from "./judge-slices.ts";

/** Looks at every slice of time in an objective's window, or says why one of them can't be trusted. */
export function takeCensus(request: CensusRequest): Attempt<CensusTally> {
  const { indicator, countedBy, slices } = request.objective;
  const { excluded = [] } = request;
  if (!isRatio(indicator)) return censusOfExpression(request, indicator);
  // The planner gives counters without slices to the counting of events.
  if (slices === undefined) return blocked("no-data", "no slices of time were asked for");
  return censusOfCounters({ ...request, objective: { indicator, countedBy } }, slices, excluded);
}
