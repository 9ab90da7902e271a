import type { ObjectiveSpec } from "./slo.ts";

/** The share that an objective promises, from either of the two ways to write it. */
export function targetOf({ target, targetPercent }: Pick<ObjectiveSpec, "target" | "targetPercent">): number {
  // 99.9 / 100 is 0.9990000000000001 in floating point.
  return target ?? Number(((targetPercent ?? Number.NaN) / 100).toPrecision(12));
}
