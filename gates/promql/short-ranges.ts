import { parser } from "@prometheus-io/lezer-promql";
import type { SyntaxNode } from "@lezer/common";

import { isRule } from "./presence-query.ts";
import { nodesOf, promDuration } from "./tree.ts";

/** Functions that need two samples in their range. */
const OF_TWO: readonly string[] = ["Rate", "Irate", "Increase", "Delta", "Idelta", "Deriv", "PredictLinear"];
/** A measured interval is not quite what was set. */
const HAIR = 0.01;

export interface ShortRange {
  /** The range as it is written, with its selector. */
  readonly text: string;
  /** How many scrapes must be in it. */
  readonly scrapes: 1 | 2;
}

/**
 * A range of an expression in which fewer scrapes may be than are needed; null where there is none. Then an instance has no value at some evaluations, or at none, by the
 * moment at which it happens to be scraped, and a sum over several passes over it.
 */
export function shortRange(query: string, scrapeIntervalSeconds: number): ShortRange | null {
  for (const node of nodesOf(parser.parse(query).topNode)) {
    if (node.name !== "MatrixSelector") continue;
    const [selector, range] = [node.getChild("VectorSelector"), node.getChild("DurationExpr")];
    if (selector === null || range === null || isRule(query.slice(selector.from, selector.to))) continue;
    const scrapes = OF_TWO.includes(functionAround(node)) ? 2 : 1;
    const seconds = promDuration(query.slice(range.from, range.to)) ?? Number.POSITIVE_INFINITY;
    if (seconds < scrapes * scrapeIntervalSeconds * (1 - HAIR))
      return { text: query.slice(node.from, node.to), scrapes };
  }
  return null;
}

function functionAround(node: SyntaxNode): string {
  let outer = node.parent;
  while (outer !== null && (outer.name === "OffsetExpr" || outer.name === "ParenExpr")) outer = outer.parent;
  const call = outer?.parent;
  return call?.getChild("FunctionIdentifier")?.firstChild?.name ?? "";
}
