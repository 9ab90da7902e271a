import type { TimedCluster } from "../counters/clusters.ts";
import { missProbability } from "./interval.ts";

/**
 * The stretches of time that surely missed an objective: so many bad events would come by chance less than once in 1 / (1 − confidence) windows of as many stretches
 * (Bonferroni). `clusters` are the events from scrape to scrape, in time order.
 */
export function provenMisses(
  clusters: readonly TimedCluster[],
  { target, confidence }: { readonly target: number; readonly confidence: number },
): readonly TimedCluster[] {
  const filled = clusters.filter(({ total }) => total > 0);
  const limit = (1 - confidence) / Math.max(1, filled.length);
  return filled.filter(({ bad, total }) => missProbability({ good: total - bad, total }, target) < limit);
}
