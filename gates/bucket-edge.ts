import { readSelector } from "./promql.ts";

/** A histogram bucket that an SLO counts. */
export interface BucketEdge {
  /** The value of `le`, as it was written. */
  readonly edge: string;
  /** The same buckets with every edge. */
  readonly selectorWithoutEdge: string;
}

/** The bucket edge that a selector names by `le="…"`; null when it names none. */
export function bucketEdgeOf(query: string): BucketEdge | null {
  const reading = readSelector(query);
  if (reading.kind === "refused") return null;
  const { metric, matchers } = reading.selector;
  const edge = matchers.find(({ name, operator }) => name === "le" && operator === "=")?.value;
  if (edge === undefined) return null;
  const others = matchers.filter(({ name }) => name !== "le");
  const written = others.map(({ name, operator, value }) => `${name}${operator}${JSON.stringify(value)}`);
  return { edge, selectorWithoutEdge: `${metric}{${written.join(",")}}` };
}
