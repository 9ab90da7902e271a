import type { RangeEvidence } from "../../lib/run/evidence.ts";
import type { Window } from "../../lib/run/phase.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { seriesOf } from "../counters/count-events.ts";
import { offScaleQueries } from "../promql/expression.ts";

/** Checks that no quantile of these expressions was above the highest edge of its histogram's buckets at any evaluation in a window. */
export function checkScale(
  queries: readonly string[],
  ranges: readonly RangeEvidence[],
  { from, to }: Window,
): Attempt<null> {
  for (const query of queries) {
    for (const question of offScaleQueries(query)) {
      const answer = seriesOf(ranges.find((range) => range.query === question)?.outcome, question);
      if (!answer.ok) return answer;
      const off = answer.value.flatMap(({ samples }) => samples).find(([at]) => at >= from && at <= to);
      if (off === undefined) continue;
      return blocked(
        "quantile-off-scale",
        `${query}: a quantile is above the highest bucket edge, for which Prometheus says ${off[1]}`,
      );
    }
  }
  return found(null);
}
