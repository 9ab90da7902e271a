import type { SyntaxNode } from "@lezer/common";

import { partsOf } from "./tree.ts";

/** Which values a part of an expression lets through: those that stand to another one as the operator says. */
export interface Comparison {
  readonly values: SyntaxNode;
  readonly operator: ComparisonOperator;
  readonly than: SyntaxNode;
}

type ComparisonOperator = "Lss" | "Lte" | "Gtr" | "Gte" | "Eql" | "Neq";

/** Read from the other side. */
const TURNED = { Lss: "Gtr", Lte: "Gte", Gtr: "Lss", Gte: "Lte", Eql: "Eql", Neq: "Neq" } as const;
const INVERTED = { Lss: "Gte", Lte: "Gtr", Gtr: "Lte", Gte: "Lss", Eql: "Neq", Neq: "Eql" } as const;

/** Reads `a < 5`, `5 > a`, `a and a < 5` and `a unless a >= 5`, which all are the same; null for anything else. */
export function comparisonOf(node: SyntaxNode, query: string): Comparison | null {
  const [left, operator, right] = operandsOf(node);
  if (left === undefined || operator === undefined || right === undefined) return null;
  const { name } = operator;
  if (name in TURNED) {
    const written = name as ComparisonOperator;
    // Of a number and a vector, the vector's values are kept.
    return isScalar(left)
      ? { values: right, operator: TURNED[written], than: left }
      : { values: left, operator: written, than: right };
  }
  // `and on ()` keeps what others allow it to.
  const isOwn = name === "Unless" || (name === "And" && node.getChild("MatchingModifierClause") === null);
  const own = isOwn ? comparisonOf(withoutParens(right), query) : null;
  if (own === null || plain(own.values, query) !== plain(left, query)) return null;
  return { ...own, values: left, operator: name === "And" ? own.operator : INVERTED[own.operator] };
}

/** The left side, the operator and the right side of a binary expression; nothing of any other node. */
export function operandsOf(node: SyntaxNode): readonly SyntaxNode[] {
  return node.name === "BinaryExpr" ? partsOf(node).filter(({ name }) => name !== "MatchingModifierClause") : [];
}

/** The text of a node without its spaces and its outer parentheses. */
export function plain(node: SyntaxNode, query: string): string {
  const { from, to } = withoutParens(node);
  return query.slice(from, to).replaceAll(/\s/g, "");
}

function withoutParens(node: SyntaxNode): SyntaxNode {
  const [inner] = node.name === "ParenExpr" ? partsOf(node) : [];
  return inner === undefined ? node : withoutParens(inner);
}

/** Whether PromQL takes a node for a number, not for a vector. */
function isScalar(node: SyntaxNode): boolean {
  const [first, second, third] = partsOf(node);
  switch (node.name) {
    case "NumberDurationLiteral":
      return true;
    case "FunctionCall":
      return ["Scalar", "Time", "Pi"].includes(first?.firstChild?.name ?? "");
    case "ParenExpr":
      return first !== undefined && isScalar(first);
    case "UnaryExpr":
      return second !== undefined && isScalar(second);
    case "BinaryExpr":
      return first !== undefined && third !== undefined && isScalar(first) && isScalar(third);
    default:
      return false;
  }
}
