import type { SeriesSamples } from "../lib/run/evidence.ts";
import type { Window } from "../lib/run/phase.ts";
import type { Cluster } from "./statistics/design-effect.ts";
import { increasesOver } from "./steps.ts";
import type { Step } from "./steps.ts";

/** A cluster, and the time that its events are of. */
export interface TimedCluster extends Cluster, Window {}

/** An instance's counters over the steps between its scrapes. */
export interface SteppedCounters {
  /** Whether `part` counts the good events or the bad ones. */
  readonly kind: "good" | "bad";
  readonly part: readonly SeriesSamples[];
  readonly total: readonly SeriesSamples[];
  readonly steps: readonly Step[];
}

/** The events of an instance, one cluster for each step. */
export function stepClusters({ kind, part, total, steps }: SteppedCounters): readonly TimedCluster[] {
  const events = sumSteps(total, steps);
  const counted = sumSteps(part, steps);
  return steps.map(({ from, to }, index) => {
    const all = events[index] ?? 0;
    const own = counted[index] ?? 0;
    // The parts of one request may be counted a moment apart, on either side of a scrape.
    return { from, to, total: all, bad: Math.max(0, kind === "good" ? all - own : own) };
  });
}

function sumSteps(series: readonly SeriesSamples[], steps: readonly Step[]): readonly number[] {
  const sums = steps.map(() => 0);
  for (const one of series) {
    for (const [index, increase] of increasesOver(one, steps).entries()) sums[index] = (sums[index] ?? 0) + increase;
  }
  return sums;
}

/** Clusters of several instances laid together by time: what makes one instance fail may do so to all. */
export function timeClusters(
  instances: readonly (readonly TimedCluster[])[],
  binSeconds: number,
): readonly TimedCluster[] {
  if (instances.length < 2) return instances.flat();
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
