import { parser } from "@prometheus-io/lezer-promql";
import type { SyntaxNode } from "@lezer/common";

import { isRule } from "./presence-query.ts";
import { nodesOf, promDuration } from "./tree.ts";

/** Prometheus's own `evaluation_interval`, which is the resolution of a subquery that names none; nobody can ask for it everywhere. */
const DEFAULT_RESOLUTION_SECONDS = 60;

/** A measured interval is not quite what was set. */
const MUCH_MORE = 1.1;

export interface SparseSubquery {
  readonly text: string;
  /** How far its looks are from each other. */
  readonly resolutionSeconds: number;
  /** Whether it says so itself. */
  readonly written: boolean;
}

/** A subquery of an expression that looks less often than something is scraped, and whose ranges don't see what is between two looks; null where there is none. */
export function sparseSubquery(query: string, scrapeIntervalSeconds: number): SparseSubquery | null {
  for (const node of nodesOf(parser.parse(query).topNode)) {
    if (node.name !== "VectorSelector" || isRule(query.slice(node.from, node.to))) continue;
    const sparse = sparseAround(node, query, scrapeIntervalSeconds);
    if (sparse !== null) return sparse;
  }
  return null;
}

/** Looks outwards from a selector: each range around it sees so much of the time between two looks of the subquery around that. */
function sparseAround(selector: SyntaxNode, query: string, scrapeIntervalSeconds: number): SparseSubquery | null {
  let seenSeconds = scrapeIntervalSeconds;
  for (let node: SyntaxNode | null = selector.parent; node !== null; node = node.parent) {
    if (node.name !== "MatrixSelector" && node.name !== "SubqueryExpr") continue;
    const [range, resolution] = node
      .getChildren("DurationExpr")
      .map(({ from, to }) => promDuration(query.slice(from, to)));
    if (node.name === "SubqueryExpr") {
      const resolutionSeconds = resolution ?? DEFAULT_RESOLUTION_SECONDS;
      if (resolutionSeconds > MUCH_MORE * seenSeconds) {
        return { text: query.slice(node.from, node.to), resolutionSeconds, written: resolution !== undefined };
      }
    }
    seenSeconds = Math.max(seenSeconds, range ?? 0);
  }
  return null;
}
