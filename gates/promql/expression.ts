import { parser } from "@prometheus-io/lezer-promql";
import type { SyntaxNode } from "@lezer/common";

import { usageError } from "../../lib/errors.ts";
import { childrenOf, nodesOf, promDuration } from "./tree.ts";
import { addMatchers, readSelector } from "./selector.ts";
import type { Selector } from "./selector.ts";

/** Any PromQL that yields one value at a time, taken apart as far as the gate has to know it. */
export interface Expression {
  /** Its vector selectors, in the order in which they are written. */
  readonly selectors: readonly PlacedSelector[];
  /** How far before its time of evaluation it reads samples, in seconds: its ranges, subqueries and offsets. */
  readonly reachSeconds: number;
  /** Labels that it groups by. */
  readonly groupedBy: readonly string[];
}

export interface PlacedSelector {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly selector: Selector;
}

export type ExpressionReading =
  | { readonly kind: "expression"; readonly expression: Expression }
  /** `message` says what was expected instead. */
  | { readonly kind: "refused"; readonly message: string };

const WANTED = "expected a PromQL expression with one value at a time";

/** Reads any PromQL expression that selects something and looks at no moment of its own choosing. */
export function readExpression(query: string): ExpressionReading {
  const top = parser.parse(query).topNode;
  const selectors: PlacedSelector[] = [];
  const groupedBy: string[] = [];
  for (const node of nodesOf(top)) {
    const text = query.slice(node.from, node.to);
    if (node.type.isError)
      return refused(`${WANTED}; this is no PromQL from "${query.slice(node.from, node.from + 20)}" on`);
    if (node.name === "StepInvariantExpr")
      return refused(`${WANTED}, without a fixed time (@): every phase would be judged by the same moment`);
    const hidden = whatIsHidden(node, query);
    if (hidden !== null) return refused(`${WANTED}; ${hidden}`);
    if (node.name === "VectorSelector") {
      const [, called] = /^(\w+)\s*\(/.exec(text) ?? [];
      if (called !== undefined) return refused(`${WANTED}; PromQL has no function ${called}()`);
      const reading = readSelector(text);
      if (reading.kind === "refused") return refused(`${text}: ${reading.message}`);
      selectors.push({ text, from: node.from, to: node.to, selector: reading.selector });
    }
    if (node.name === "GroupingLabels" && node.prevSibling?.name === "By") {
      groupedBy.push(...node.getChildren("LabelName").map((label) => query.slice(label.from, label.to)));
    }
  }
  const first = top.firstChild?.name;
  if (first === "MatrixSelector" || first === "SubqueryExpr") return refused(`${WANTED}, not a range`);
  if (selectors.length === 0) return refused(`${WANTED}, with a metric: this one is the same whatever happens`);
  const reachSeconds = pathReach(top, query);
  if (reachSeconds === null) return refused(`${WANTED}, with plain durations such as 1m30s, and no negative offset`);
  const shifted = shiftedSelectors(top);
  if (selectors.every(({ from }) => shifted.has(from)))
    return refused(`${WANTED}, and without an offset on each metric: nothing would read a window's end`);
  return { kind: "expression", expression: { selectors, reachSeconds, groupedBy } };
}

/** Why a part of an expression would show a value where there is none; null where it does not. */
function whatIsHidden(node: SyntaxNode, query: string): string | null {
  if (node.name === "BoolModifier") return "`bool` makes a number of NaN: compare by the objective's op and value";
  if (node.name === "Absent" || node.name === "AbsentOverTime") {
    return `${query.slice(node.from, node.to)}() is 1 where there is nothing: ask for the metric itself`;
  }
  if (node.name !== "BinaryExpr" || node.getChild("Or") === null) return null;
  const operands = childrenOf(node).filter(({ name }) => name !== "Or" && name !== "MatchingModifierClause");
  const constant = operands.find(
    (operand) => isTimesZero(operand, query) || ![...nodesOf(operand)].some(({ name }) => name === "VectorSelector"),
  );
  if (constant === undefined) return null;
  const text = query.slice(constant.from, constant.to);
  return `\`or ${text}\` takes a misspelt metric for ${text}: count events (counter: true), where a part that is not there is looked into`;
}

/** Whether something in an expression is multiplied by 0, the other way to write 0 wherever there is a metric. */
function isTimesZero(node: SyntaxNode, query: string): boolean {
  return [...nodesOf(node)].some((product) => {
    if (product.name !== "BinaryExpr" || product.getChild("Mul") === null) return false;
    return childrenOf(product).some(
      ({ from, to }) => Number(query.slice(from, to).replaceAll(/[()\s]/g, "") || "x") === 0,
    );
  });
}

/** Where the selectors begin that have an offset. The grammar hangs an offset on all of `a / b offset 1h`, where PromQL means `b`. */
function shiftedSelectors(top: SyntaxNode): ReadonlySet<number> {
  const shifted = new Set<number>();
  for (const node of nodesOf(top)) {
    if (node.name !== "OffsetExpr") continue;
    let target = node.firstChild;
    while (target?.name === "BinaryExpr") target = target.lastChild;
    if (target === null) continue;
    for (const inner of nodesOf(target)) if (inner.name === "VectorSelector") shifted.add(inner.from);
  }
  return shifted;
}

const HISTOGRAM_QUANTILE = "HistogramQuantile";

/**
 * For each `histogram_quantile()` of an expression, a query that has a value only while that quantile is off the scale: above the highest finite
 * edge Prometheus answers with that edge, which is also what the quantile 1 is then. Any other is below the quantile 1, being interpolated.
 */
export function offScaleQueries(query: string): readonly string[] {
  const calls = [...nodesOf(parser.parse(query).topNode)].filter(
    (node) =>
      node.name === "FunctionCall" && node.getChild("FunctionIdentifier")?.firstChild?.name === HISTOGRAM_QUANTILE,
  );
  return calls.flatMap((call) => {
    const quantile = call.getChild("FunctionCallBody")?.firstChild;
    if (quantile === null || quantile === undefined) return [];
    const at = (from: number, to: number): string => query.slice(from, to);
    return `${at(call.from, call.to)} >= ${at(call.from, quantile.from)}1${at(quantile.to, call.to)}`;
  });
}

/** Writes an equality matcher for each label into every selector of an expression. */
export function addMatchersToAll(query: string, labels: Readonly<Record<string, string>>): string {
  const reading = readExpression(query);
  if (reading.kind === "refused") throw usageError("invalid-expression", `${query}: ${reading.message}`);
  return reading.expression.selectors.reduceRight(
    (text, { from, to, text: selector }) => text.slice(0, from) + addMatchers(selector, labels) + text.slice(to),
    query,
  );
}

/** The selectors of some expressions, each once; none of what is no expression. */
export function selectorsOf(queries: readonly string[]): readonly PlacedSelector[] {
  const placed = queries.flatMap((query) => {
    const reading = readExpression(query);
    return reading.kind === "expression" ? reading.expression.selectors : [];
  });
  return [...new Map(placed.map((one) => [one.text, one])).values()];
}

/** How far before its time of evaluation a query reads samples, in seconds; 0 for what is no expression. */
export function reachOf(query: string): number {
  const reading = readExpression(query);
  return reading.kind === "expression" ? reading.expression.reachSeconds : 0;
}

/** The longest way back that any path of an expression takes, in seconds; null where that can't be told. */
function pathReach(node: SyntaxNode, query: string): number | null {
  const children = childrenOf(node);
  let own = 0;
  const inner: number[] = [];
  for (const child of children) {
    if (child.name === "DurationExpr" || child.name === "OffsetDurationExpr") {
      const seconds = promDuration(query.slice(child.from, child.to));
      if (seconds === null) return null;
      // A subquery has a range, and then its resolution.
      if (child === children.find(({ name }) => name === child.name)) own = seconds;
    } else {
      const reach = pathReach(child, query);
      if (reach === null) return null;
      inner.push(reach);
    }
  }
  return own + Math.max(0, ...inner);
}

function refused(message: string): ExpressionReading {
  return { kind: "refused", message };
}
