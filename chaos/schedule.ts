import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { mersenne } from "pure-rand/generator/mersenne";

import type { FaultSpec } from "./experiment-schema.ts";

/** When an instance of a fault is to be played, in seconds after the load's start. */
export interface Scheduled {
  /** Of the fault in the experiment's list. */
  readonly index: number;
  /** `latency`, or `latency-2` for the second of several. */
  readonly name: string;
  /** The name of the first of those that are on at the same time. */
  readonly group: string;
  readonly startSeconds: number;
  readonly holdSeconds: number;
  readonly recoverySeconds: number;
}

/** Draws from 0 (inclusive) to 1, the same ones for the same seed. */
export function createDraw(seed: number): () => number {
  // Not xoroshiro128plus: its first numbers are nearly the same for seeds that are near each other.
  const generator = mersenne(seed);
  return () => uniformFloat64(generator);
}

/**
 * Lays faults one after another, those that come `with` another beside it, and repeats each group as often as it says. Waits of uncertain
 * length are drawn by `seed`. `baselineEndSeconds` is where the first may begin.
 */
export function scheduleFaults(
  faults: readonly FaultSpec[],
  seed: number,
  baselineEndSeconds: number,
): readonly Scheduled[] {
  const draw = createDraw(seed);
  const scheduled: Scheduled[] = [];
  let at = baselineEndSeconds;
  for (const [index, leader] of faults.entries()) {
    if (leader.with !== undefined) continue;
    const members = faults.flatMap((fault, position) => (fault.with === leader.name ? [{ fault, position }] : []));
    for (let time = 1; time <= leader.repeat; time += 1) {
      const named = (name: string): string => (leader.repeat === 1 ? name : `${name}-${time}`);
      at += waitOf(leader, draw);
      const common = {
        group: named(leader.name),
        startSeconds: at,
        holdSeconds: leader.hold ?? 0,
        recoverySeconds: leader.recovery ?? 0,
      };
      scheduled.push({ index, name: named(leader.name), ...common });
      for (const { fault, position } of members)
        scheduled.push({ index: position, name: named(fault.name), ...common });
      at += common.holdSeconds + common.recoverySeconds;
    }
  }
  return scheduled;
}

/** To the millisecond: what a plan says is what is played. */
function waitOf({ wait = 0 }: FaultSpec, draw: () => number): number {
  if (typeof wait === "number") return wait;
  return Math.round((wait.min + draw() * (wait.max - wait.min)) * 1000) / 1000;
}
