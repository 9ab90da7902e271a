import { parser } from "@prometheus-io/lezer-promql";
import type { SyntaxNode } from "@lezer/common";

import type { ThresholdOperator } from "../../lib/run/plan.ts";
import { comparisonOf, operandsOf } from "./comparison.ts";
import { queriesOfIndicator } from "../model/indicators.ts";
import type { SloIndicator } from "../model/indicators.ts";
import { argumentsOf, partsOf } from "./tree.ts";

/** Which of the values that an expression is made of break an objective. */
type Harm = "high" | "low";

/** What a part of an expression keeps from an objective, and what to write in its place. */
export interface HiddenValues {
  readonly message: string;
  readonly cure: string;
}

/** The parts of an indicator's query behind which values that break an objective go unseen: the lowest of several where high ones are bad, say. */
export function hiddenValues(indicator: SloIndicator, op: ThresholdOperator | undefined): readonly HiddenValues[] {
  const harm = harmOf(indicator, op);
  const [query = ""] = queriesOfIndicator(indicator);
  const top = partsOf(parser.parse(query).topNode)[0];
  return harm === null || top === undefined ? [] : look(top, { query, harm, merged: false });
}

function harmOf(indicator: SloIndicator, op: ThresholdOperator | undefined): Harm | null {
  switch (indicator.kind) {
    case "good":
    case "bad":
      return null;
    case "raw":
      return indicator.rawType === "success" ? "low" : "high";
    case "levels":
      return indicator.side === "good" ? "low" : "high";
    case "threshold":
      return op === undefined ? null : op === "lt" || op === "lte" ? "high" : "low";
  }
}

interface Look {
  readonly query: string;
  readonly harm: Harm;
  /** Whether several values are made one around it: then one that is left out is missed by nobody. */
  readonly merged: boolean;
}

const TURNED = { high: "low", low: "high" } as const;

function look(node: SyntaxNode, at: Look): readonly HiddenValues[] {
  const [first, second] = partsOf(node);
  switch (node.name) {
    case "ParenExpr":
    case "OffsetExpr":
    case "MatrixSelector":
    case "SubqueryExpr":
      return first === undefined ? [] : look(first, at);
    case "UnaryExpr":
      return second === undefined ? [] : look(second, { ...at, harm: TURNED[at.harm] });
    case "BinaryExpr":
      return lookAtBinary(node, at);
    case "AggregateExpr":
    case "FunctionCall":
      return lookAtMerging(node, at);
    default:
      return [];
  }
}

function lookAtBinary(node: SyntaxNode, at: Look): readonly HiddenValues[] {
  const comparison = comparisonOf(node, at.query);
  if (comparison !== null) {
    const { values, operator } = comparison;
    const dropsHigh = ["Lss", "Lte", "Eql"].includes(operator);
    const dropsLow = ["Gtr", "Gte", "Eql"].includes(operator);
    const drops = at.harm === "high" ? dropsHigh : dropsLow;
    return [...(drops && at.merged ? [droppedBy(node, at)] : []), ...look(values, at)];
  }
  const [left, operator, right] = operandsOf(node);
  if (left === undefined || right === undefined) return [];
  const own = look(left, at);
  switch (operator?.name) {
    case "Add":
    case "Mul":
    case "Or":
      return [...own, ...look(right, at)];
    case "Sub":
      return [...own, ...look(right, { ...at, harm: TURNED[at.harm] })];
    default:
      return own;
  }
}

/** Of several instances, or several times, one value. */
function lookAtMerging(node: SyntaxNode, at: Look): readonly HiddenValues[] {
  const name = (node.getChild("AggregateOp") ?? node.getChild("FunctionIdentifier"))?.firstChild?.name ?? "";
  // They count series, whatever these are worth.
  if (["Count", "CountValues", "Group", "CountOverTime", "PresentOverTime"].includes(name)) return [];
  const values = argumentsOf(node).filter(({ name: kind }) => kind !== "NumberDurationLiteral");
  const inner = values.flatMap((one) =>
    look(one, { ...at, merged: at.merged || node.name === "AggregateExpr" || name.endsWith("OverTime") }),
  );
  return isBest(node, name, at) ? [bestBy(node, at), ...inner] : inner;
}

const LOWEST: readonly string[] = ["Min", "Bottomk", "MinOverTime"];
const HIGHEST: readonly string[] = ["Max", "Topk", "MaxOverTime"];

/** Whether the best of several values stands for all of them. */
function isBest(node: SyntaxNode, name: string, { query, harm }: Look): boolean {
  // In groups it is a way to take what is there twice once.
  if (node.getChild("AggregateModifier") !== null) return false;
  if (node.name === "AggregateExpr" && argumentsOf(node).every(isOne)) return false;
  if (["LimitK", "LimitRatio"].includes(name)) return true;
  if (["Quantile", "QuantileOverTime"].includes(name)) {
    const [asked] = argumentsOf(node);
    const quantile = asked === undefined ? Number.NaN : Number(query.slice(asked.from, asked.to));
    return harm === "high" ? quantile < 0.5 : quantile > 0.5;
  }
  return (harm === "high" ? LOWEST : HIGHEST).includes(name);
}

/** Whether something has one value at a time: a number, or what was made one already. */
function isOne(node: SyntaxNode): boolean {
  const [inner] = node.name === "ParenExpr" ? partsOf(node) : [];
  if (inner !== undefined) return isOne(inner);
  if (node.name === "AggregateExpr") {
    const name = node.getChild("AggregateOp")?.firstChild?.name ?? "";
    return node.getChild("AggregateModifier") === null && MANY.every((one) => one !== name);
  }
  return node.name === "NumberDurationLiteral";
}

/** Aggregations with several values. */
const MANY: readonly string[] = ["Topk", "Bottomk", "LimitK", "LimitRatio", "CountValues"];

function bestBy(node: SyntaxNode, { query, harm }: Look): HiddenValues {
  const text = query.slice(node.from, node.to);
  const [best, worst] = harm === "high" ? ["low", "max"] : ["high", "min"];
  return {
    message: `${text}: one ${best} value hides all others, however bad they are`,
    cure: `Take ${worst}(), so that the worst one counts, or avg() or sum(). Leave it where one good one is all that you promise.`,
  };
}

function droppedBy(node: SyntaxNode, { query }: Look): HiddenValues {
  return {
    message: `${query.slice(node.from, node.to)} leaves out values that break the objective, so that nothing shows them`,
    cure: "Leave the comparison to the objective's op and value.",
  };
}
