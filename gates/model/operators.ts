import type { ThresholdOperator } from "../../lib/run/plan.ts";

/** OpenSLO's operators. */
export const OPERATORS = ["lte", "gte", "lt", "gt"] as const satisfies readonly ThresholdOperator[];

/** Each operator as people write it. */
export const OPERATOR_SIGNS: Readonly<Record<ThresholdOperator, string>> = { lte: "≤", gte: "≥", lt: "<", gt: ">" };

/** Whether a value stands to a bound as the operator says. */
export function holds(value: number, op: ThresholdOperator, bound: number): boolean {
  switch (op) {
    case "lte":
      return value <= bound;
    case "gte":
      return value >= bound;
    case "lt":
      return value < bound;
    case "gt":
      return value > bound;
  }
}
