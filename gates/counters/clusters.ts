import type { Window } from "../../lib/run/phase.ts";
import type { Cluster } from "../statistics/design-effect.ts";
import type { Step } from "./steps.ts";

/** A cluster, and the time that its events are of. */
export interface TimedCluster extends Cluster, Window {}

/** An instance's events over the steps between its scrapes. */
export interface SteppedEvents {
  /** Whether `part` are the good events or the bad ones. */
  readonly kind: "good" | "bad";
  readonly part: readonly number[];
  readonly total: readonly number[];
  readonly steps: readonly Step[];
}

/** The events of an instance, one cluster for each step. */
export function stepClusters({ kind, part, total, steps }: SteppedEvents): readonly TimedCluster[] {
  return steps.map(({ from, to }, index) => {
    const all = total[index] ?? 0;
    const own = part[index] ?? 0;
    // The parts of one request may be counted a moment apart, on either side of a scrape.
    return { from, to, total: all, bad: Math.max(0, kind === "good" ? all - own : own) };
  });
}

/**
 * Clusters of several instances laid together by time: what makes one instance fail may do so to all. In a long window so are those of a stretch: that tells
 * failures that come together over a longer time, and fewer clusters make the interval wider, not narrower.
 */
export function timeClusters(
  instances: readonly (readonly TimedCluster[])[],
  scrapeIntervalSeconds: number,
  stretchSeconds?: number,
): readonly TimedCluster[] {
  if (instances.length < 2 && stretchSeconds === undefined) return instances.flat();
  const binSeconds = stretchSeconds ?? scrapeIntervalSeconds;
  const bins = new Map<number, TimedCluster>();
  for (const cluster of instances.flat()) {
    const bin = Math.floor(cluster.to / binSeconds);
    const before = bins.get(bin) ?? { ...cluster, bad: 0, total: 0 };
    bins.set(bin, {
      from: Math.min(before.from, cluster.from),
      to: Math.max(before.to, cluster.to),
      bad: before.bad + cluster.bad,
      total: before.total + cluster.total,
    });
  }
  return [...bins.values()].toSorted((a, b) => a.to - b.to);
}
