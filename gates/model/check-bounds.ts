import type { YamlPath } from "../../lib/config/yaml.ts";
import type { Condition, ThresholdOperator } from "../../lib/run/plan.ts";
import { formatShare } from "../format.ts";
import type { SloIndicator } from "./indicators.ts";
import type { Report } from "./slo-annotations.ts";
import { boundsOf, quotientOf } from "../promql/value-bounds.ts";
import type { ValueBounds } from "../promql/value-bounds.ts";
import { OPERATOR_SIGNS } from "./operators.ts";

export interface BoundedObjective {
  /** Of a threshold. */
  readonly condition?: Condition | undefined;
  /** The share that is promised, of all or of each slice. */
  readonly target: number;
}

const CURE = "leave comparisons and clamps to the objective, and ask for the value itself";

/** Reports an objective that its expression keeps, or misses, whatever is measured: `max(q < 5)` is below 5, and nothing when q is not. */
export function checkBounds(
  indicator: SloIndicator,
  { condition, target }: BoundedObjective,
  path: YamlPath,
  report: Report,
): void {
  const asked = questionOf(indicator, condition, target);
  if (asked === null) return;
  const { text, bounds, op, value } = asked;
  const promise = `${OPERATOR_SIGNS[op]} ${indicator.kind === "threshold" ? value : formatShare(value)}`;
  if (implies(bounds, op, value)) {
    report(path, `it can't be missed: whatever happens, ${text} is ${promise} or has no value; ${CURE}`);
  } else if (implies(bounds, OPPOSITE[op], value)) {
    report(path, `it can't be met: whatever happens, ${text} is not ${promise}; ${CURE}`);
  }
}

interface Question {
  readonly text: string;
  readonly bounds: ValueBounds;
  readonly op: ThresholdOperator;
  readonly value: number;
}

/** What an objective asks of its indicator; null of counters, and where the bound is missing. */
function questionOf(indicator: SloIndicator, condition: Condition | undefined, target: number): Question | null {
  switch (indicator.kind) {
    case "good":
    case "bad":
      return null;
    case "threshold":
      return condition === undefined
        ? null
        : { ...condition, text: indicator.query, bounds: boundsOf(indicator.query) };
    case "raw": {
      const bounds = boundsOf(indicator.query);
      return { text: indicator.query, bounds, ...shareBound(indicator.rawType === "success", target) };
    }
    case "levels": {
      const { part, total, side } = indicator;
      const bounds = quotientOf(boundsOf(part), boundsOf(total));
      return { text: `(${part}) / (${total})`, bounds, ...shareBound(side === "good", target) };
    }
  }
}

function shareBound(isGood: boolean, target: number): Pick<Question, "op" | "value"> {
  // 1 - 0.999 is 0.0010000000000000009.
  return isGood ? { op: "gte", value: target } : { op: "lte", value: Number((1 - target).toPrecision(12)) };
}

const OPPOSITE = { lte: "gt", lt: "gte", gte: "lt", gt: "lte" } as const satisfies Record<
  ThresholdOperator,
  ThresholdOperator
>;

/** Whether every value between some bounds stands to another one as the operator says. */
function implies({ low, high, lowOpen, highOpen }: ValueBounds, op: ThresholdOperator, value: number): boolean {
  switch (op) {
    case "lte":
      return high <= value;
    case "lt":
      return high < value || (high === value && highOpen === true);
    case "gte":
      return low >= value;
    case "gt":
      return low > value || (low === value && lowOpen === true);
  }
}
