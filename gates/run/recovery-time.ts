import type { RecoveryTime } from "../../lib/run/verdict.ts";
import type { TimedCluster } from "../counters/clusters.ts";
import { missProbability } from "../statistics/interval.ts";
import { provenMisses } from "../statistics/proven-misses.ts";
import { eventWeights } from "../statistics/design-effect.ts";

/** When an objective was back, and what that says of the time in which it had to be. */
export interface RecoverySeen {
  readonly time: RecoveryTime;
  /** The chance of what the worst stretch after that time missed, if failures came together, of as many stretches as there were; null when that is no proven miss. */
  readonly lateChance: number | null;
  /** Whether no stretch after that time looks like a miss: else nothing of it is a pass. */
  readonly held: boolean;
}

/**
 * Looks at a recovery stretch by stretch (`clusters`: the events from scrape to scrape, in time order). A stretch misses the objective where so many
 * bad events would come by chance less than once in 1 / (1 − confidence) recoveries of as many stretches (Bonferroni). `began` is when the
 * recovery began, in Unix seconds.
 */
export function seeRecovery(
  clusters: readonly TimedCluster[],
  options: {
    readonly began: number;
    readonly withinSeconds: number;
    readonly target: number;
    readonly confidence: number;
    readonly failureBurst: number;
  },
): RecoverySeen {
  const { began, withinSeconds, target, confidence, failureBurst } = options;
  const filled = clusters.filter(({ total }) => total > 0);
  const limit = (1 - confidence) / Math.max(1, filled.length);
  const deadline = began + withinSeconds;
  const misses = provenMisses(clusters, { target, confidence });
  const last = misses.at(-1);
  const chances = misses
    .filter(({ from }) => from >= deadline)
    .map((cluster) => {
      const { bad, total } = cluster;
      const weights = eventWeights([cluster], failureBurst, confidence);
      return missProbability({ good: total - bad, total, weights }, target);
    });
  const late = Math.min(1, ...chances);
  return {
    time: {
      withinSeconds,
      seenSeconds: last === undefined ? 0 : Math.max(0, last.to - began),
      uncertaintySeconds: Math.max(0, ...filled.map(({ from, to }) => to - from)),
    },
    lateChance: late < limit ? late * Math.max(1, filled.length) : null,
    held: last === undefined || last.to <= deadline,
  };
}
