import { parser } from "@prometheus-io/lezer-promql";
import type { SyntaxNode } from "@lezer/common";

import { comparisonOf, operandsOf, plain } from "./comparison.ts";
import type { Comparison } from "./comparison.ts";
import { argumentsOf, partsOf, promDuration } from "./tree.ts";

/** What the values of an expression lie between, both ends included unless they are open. */
export interface ValueBounds {
  readonly low: number;
  readonly high: number;
  readonly lowOpen?: true;
  readonly highOpen?: true;
}

const ANY: ValueBounds = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
const NOT_NEGATIVE: ValueBounds = { low: 0, high: Number.POSITIVE_INFINITY };
const COUNT: ValueBounds = { low: 1, high: Number.POSITIVE_INFINITY };
const SHARE: ValueBounds = { low: 0, high: 1 };
const ONE: ValueBounds = { low: 1, high: 1 };
const WITHIN_ONE: ValueBounds = { low: -1, high: 1 };

/**
 * The bounds of a PromQL expression's finite values, by what it is made of and whatever is measured (interval arithmetic). They may be too
 * wide, not too narrow; `up` is 0 or 1, and rates are of counters. A time without a value, and NaN, are in no bounds.
 */
export function boundsOf(query: string): ValueBounds {
  const top = partsOf(parser.parse(query).topNode)[0];
  return top === undefined ? ANY : boundsOfNode(top, query);
}

function boundsOfNode(node: SyntaxNode, query: string): ValueBounds {
  const [first] = partsOf(node);
  switch (node.name) {
    case "ParenExpr":
    case "OffsetExpr":
    case "MatrixSelector":
    case "SubqueryExpr":
      return first === undefined ? ANY : boundsOfNode(first, query);
    case "NumberDurationLiteral":
      return numberAt(node, query);
    case "VectorSelector":
      return /^up\s*(?:\{|$)/.test(query.slice(node.from, node.to)) ? SHARE : ANY;
    case "UnaryExpr":
      return ofUnary(node, query);
    case "BinaryExpr":
      return ofBinary(node, query);
    case "AggregateExpr":
      return ofAggregation(node, query);
    case "FunctionCall":
      return ofCall(node, query);
    default:
      return ANY;
  }
}

function numberAt(node: SyntaxNode, query: string): ValueBounds {
  const text = query.slice(node.from, node.to).replaceAll("_", "");
  const value = /^inf$/i.test(text) ? Number.POSITIVE_INFINITY : (promDuration(text) ?? Number(text));
  return Number.isNaN(value) ? ANY : { low: value, high: value };
}

function ofUnary(node: SyntaxNode, query: string): ValueBounds {
  const [sign, operand] = partsOf(node);
  if (sign === undefined || operand === undefined) return ANY;
  const bounds = boundsOfNode(operand, query);
  return query.slice(sign.from, sign.to) === "-" ? negative(bounds) : bounds;
}

function ofBinary(node: SyntaxNode, query: string): ValueBounds {
  const comparison = comparisonOf(node, query);
  if (comparison !== null) {
    const { values, operator, than } = comparison;
    return compared(boundsOfNode(values, query), operator, boundsOfNode(than, query));
  }
  const [left, operator, right] = operandsOf(node);
  if (left === undefined || operator === undefined || right === undefined) return ANY;
  const [a, b] = [boundsOfNode(left, query), boundsOfNode(right, query)];
  const same = !isShifted(node) && plain(left, query) === plain(right, query);
  switch (operator.name) {
    case "Add":
      return closed(a.low + b.low, a.high + b.high);
    case "Sub":
      return same ? { low: 0, high: 0 } : closed(a.low - b.high, a.high - b.low);
    case "Mul":
      return product(a, b);
    case "Div":
      return same ? ONE : quotientOf(a, b);
    case "Mod": {
      const most = Math.max(Math.abs(b.low), Math.abs(b.high));
      return { low: a.low >= 0 ? 0 : -most, high: a.high <= 0 ? 0 : most };
    }
    case "Pow":
      return b.low === 0 && b.high === 0 ? ONE : a.low >= 0 ? NOT_NEGATIVE : ANY;
    case "And":
    case "Unless":
      return a;
    case "Or":
      return union(a, b);
    default:
      return ANY;
  }
}

/** Whether it has an offset, or a part of it has: the grammar hangs the offset of `a / a offset 1h` on all of it. */
function isShifted(node: SyntaxNode): boolean {
  for (let outer: SyntaxNode | null = node; outer !== null; outer = outer.parent) {
    if (outer.name === "OffsetExpr") return true;
  }
  return false;
}

/** What a comparison lets through of some values. */
function compared(values: ValueBounds, operator: Comparison["operator"], than: ValueBounds): ValueBounds {
  switch (operator) {
    case "Lss":
      return than.high <= values.high ? { ...values, high: than.high, highOpen: true } : values;
    case "Lte":
      return than.high < values.high ? { ...lowOf(values), high: than.high } : values;
    case "Gtr":
      return than.low >= values.low ? { ...values, low: than.low, lowOpen: true } : values;
    case "Gte":
      return than.low > values.low ? { ...highOf(values), low: than.low } : values;
    case "Eql":
      return { low: Math.max(values.low, than.low), high: Math.min(values.high, than.high) };
    case "Neq":
      return values;
  }
}

function lowOf({ low, lowOpen }: ValueBounds): Pick<ValueBounds, "low" | "lowOpen"> {
  return lowOpen === undefined ? { low } : { low, lowOpen };
}

function highOf({ high, highOpen }: ValueBounds): Pick<ValueBounds, "high" | "highOpen"> {
  return highOpen === undefined ? { high } : { high, highOpen };
}

function ofAggregation(node: SyntaxNode, query: string): ValueBounds {
  const values = valuesOf(node, query);
  switch (node.getChild("AggregateOp")?.firstChild?.name) {
    case "Max":
    case "Min":
    case "Avg":
    case "Topk":
    case "Bottomk":
    case "LimitK":
    case "LimitRatio":
      return values;
    case "Quantile":
      return quantile(node, query) === null ? ANY : values;
    case "Sum":
      return sum(values);
    case "Count":
    case "CountValues":
      return COUNT;
    case "Group":
      return ONE;
    case "Stddev":
    case "Stdvar":
      return NOT_NEGATIVE;
    default:
      return ANY;
  }
}

function ofCall(node: SyntaxNode, query: string): ValueBounds {
  const name = node.getChild("FunctionIdentifier")?.firstChild?.name ?? "";
  const [first, second, third] = argumentsOf(node);
  const of = (argument: SyntaxNode | undefined): ValueBounds =>
    argument === undefined ? ANY : boundsOfNode(argument, query);
  switch (name) {
    case "ClampMax":
      return atMost(of(first), of(second));
    case "ClampMin":
      return atLeast(of(first), of(second));
    case "Clamp":
      return atMost(atLeast(of(first), of(second)), of(third));
    case "MaxOverTime":
    case "MinOverTime":
    case "AvgOverTime":
    case "LastOverTime":
    case "FirstOverTime":
    case "Scalar":
    case "Vector":
    case "Sort":
    case "SortDesc":
    case "SortByLabel":
    case "SortByLabelDesc":
    case "LabelReplace":
    case "LabelJoin":
    case "Info":
      return of(first);
    case "QuantileOverTime":
      return quantile(node, query) === null ? ANY : of(second);
    case "SumOverTime":
      return sum(of(first));
    case "Ceil":
      return closed(Math.ceil(of(first).low), Math.ceil(of(first).high));
    case "Floor":
      return closed(Math.floor(of(first).low), Math.floor(of(first).high));
    case "CountOverTime":
      return COUNT;
    case "PresentOverTime":
      return ONE;
    case "HistogramFraction":
      return SHARE;
    case "Sgn":
    case "Sin":
    case "Cos":
    case "Tanh":
      return WITHIN_ONE;
    case "Abs":
    case "Exp":
    case "Sqrt":
    case "Rate":
    case "Irate":
    case "Increase":
    case "Changes":
    case "Resets":
    case "StddevOverTime":
    case "StdvarOverTime":
    case "MadOverTime":
    case "HistogramCount":
    case "HistogramStdDev":
    case "HistogramStdVar":
    case "Time":
    case "Timestamp":
      return NOT_NEGATIVE;
    default:
      return ANY;
  }
}

/** The values that are aggregated: the last argument. */
function valuesOf(node: SyntaxNode, query: string): ValueBounds {
  const values = argumentsOf(node).at(-1);
  return values === undefined ? ANY : boundsOfNode(values, query);
}

/** The quantile that is asked for, between 0 and 1; null for any other, which is infinite. */
function quantile(node: SyntaxNode, query: string): number | null {
  const [asked] = argumentsOf(node);
  const { low, high } = asked === undefined ? ANY : boundsOfNode(asked, query);
  return low === high && low >= 0 && low <= 1 ? low : null;
}

function closed(low: number, high: number): ValueBounds {
  return { low: Number.isNaN(low) ? ANY.low : low, high: Number.isNaN(high) ? ANY.high : high };
}

function negative({ low, high, lowOpen, highOpen }: ValueBounds): ValueBounds {
  return {
    low: 0 - high,
    high: 0 - low,
    ...(highOpen === undefined ? {} : { lowOpen: highOpen }),
    ...(lowOpen === undefined ? {} : { highOpen: lowOpen }),
  };
}

function union(a: ValueBounds, b: ValueBounds): ValueBounds {
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}

/** Of one value or many. */
function sum({ low, high }: ValueBounds): ValueBounds {
  return { low: low >= 0 ? low : ANY.low, high: high <= 0 ? high : ANY.high };
}

function product(a: ValueBounds, b: ValueBounds): ValueBounds {
  // An infinite bound means that there is none, and 0 times any finite value is 0.
  const times = (x: number, y: number): number => (x === 0 || y === 0 ? 0 : x * y);
  const ends = [times(a.low, b.low), times(a.low, b.high), times(a.high, b.low), times(a.high, b.high)];
  return { low: Math.min(...ends), high: Math.max(...ends) };
}

/** The bounds of one value by another. */
export function quotientOf(part: ValueBounds, total: ValueBounds): ValueBounds {
  return product(part, inverse(total));
}

/** Of what divides: where it is 0, the quotient is no finite number. */
function inverse({ low, high }: ValueBounds): ValueBounds {
  if (low >= 0) return { low: 1 / high, high: low === 0 ? ANY.high : 1 / low };
  if (high <= 0) return { low: high === 0 ? ANY.low : 1 / high, high: 1 / low };
  return ANY;
}

function atMost(values: ValueBounds, bound: ValueBounds): ValueBounds {
  return { low: Math.min(values.low, bound.low), high: Math.min(values.high, bound.high) };
}

function atLeast(values: ValueBounds, bound: ValueBounds): ValueBounds {
  return { low: Math.max(values.low, bound.low), high: Math.max(values.high, bound.high) };
}
