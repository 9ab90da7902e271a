import { edgeOfSpellings } from "./edge-spelling.ts";
import { readSelector } from "./selector.ts";

/** A histogram bucket that an SLO counts. */
export interface BucketEdge {
  readonly metric: string;
  /** The value of `le`, as it was written. */
  readonly edge: string;
}

/** The bucket edge that a selector names by `le="…"`, or by all spellings of one edge; null when it names none. */
export function bucketEdgeOf(query: string): BucketEdge | null {
  const reading = readSelector(query);
  if (reading.kind === "refused") return null;
  const { metric, matchers } = reading.selector;
  for (const { name, operator, value } of matchers) {
    const edge = operator === "=" ? value : operator === "=~" && value !== "" ? edgeOfSpellings(value) : null;
    if (name === "le" && edge !== null) return { metric, edge };
  }
  return null;
}

/** What to do about an edge that a histogram does not have, whose edges these are. */
export function edgeCure(edges: readonly number[], wanted: string): string {
  return `The edges are ${edges.toSorted((a, b) => a - b).join(", ")}. Use one of them, or add ${wanted} to the service's buckets.`;
}
