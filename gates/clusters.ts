import type { SeriesSamples } from "../lib/run/evidence.ts";
import type { Cluster } from "./statistics/design-effect.ts";
import { increasesOver } from "./steps.ts";
import type { Step } from "./steps.ts";

/** A cluster, and when it ended, in Unix seconds. */
export interface TimedCluster extends Cluster {
  readonly at: number;
}

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
  return steps.map(({ to }, index) => {
    const all = events[index] ?? 0;
    const own = counted[index] ?? 0;
    // The parts of one request may be counted a moment apart, on either side of a scrape.
    return { at: to, total: all, bad: Math.max(0, kind === "good" ? all - own : own) };
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
export function timeClusters(instances: readonly (readonly TimedCluster[])[], binSeconds: number): readonly Cluster[] {
  if (instances.length < 2) return instances.flat();
  const bins = new Map<number, Cluster>();
  for (const { at, bad, total } of instances.flat()) {
    const bin = Math.floor(at / binSeconds);
    const before = bins.get(bin) ?? { bad: 0, total: 0 };
    bins.set(bin, { bad: before.bad + bad, total: before.total + total });
  }
  return [...bins.values()];
}
