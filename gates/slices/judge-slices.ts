import type { Census } from "../../lib/run/verdict.ts";
import type { Window } from "../../lib/run/phase.ts";
import type { TimeSlices } from "../../lib/run/plan.ts";
import { blocked } from "../attempt.ts";
import { nothingCounted } from "../counters/nothing-counted.ts";

/** Fewer slices than this prove nothing. */
export const LEAST_SLICES = 5;

/** A share that may be anything between two bounds, where a restart lost events; else both are the same. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

export interface CensusTally extends Census {
  /** The share of slices that held, or the mean share of good events. */
  readonly share: Bounds;
  readonly covered: Window;
  readonly excused: readonly string[];
  readonly instances: readonly string[];
}

/** What slices come to, without who was seen. */
export type Counted = Pick<CensusTally, "share" | keyof Census>;

/** Each slice's share of good events against what it must reach, or the mean of all. */
export function judgeSlices(shares: readonly Bounds[], slices: TimeSlices, leftOut: number): Counted {
  const summary = { slices: shares.length, sliceSeconds: slices.seconds, ...leftOutOf(leftOut) };
  if (slices.kind === "mean-share") {
    const mean = (of: keyof Bounds): number => shares.reduce((sum, share) => sum + share[of], 0) / shares.length;
    return { ...summary, held: null, share: { low: mean("low"), high: mean("high") } };
  }
  const held = (of: keyof Bounds): number => shares.filter((share) => share[of] >= slices.target).length;
  const low = held("low");
  return { ...summary, held: low, share: { low: low / shares.length, high: held("high") / shares.length } };
}

/** How many slices were left out, where any were. */
export function leftOutOf(leftOut: number): Pick<Census, "leftOut"> {
  return leftOut === 0 ? {} : { leftOut };
}

/** Why slices that are so few decide nothing. */
export function tooFew(count: number, seconds: number, leftOut: number) {
  const without = leftOut === 0 ? "" : ` without the ${leftOut} that are left out`;
  const message = `there are ${count} slices of ${seconds} s${without}, and ${LEAST_SLICES} are the least`;
  return blocked("too-few-slices", message);
}

/** Why a slice without any event decides nothing. */
export function noTraffic(slice: Window, instances: readonly string[]) {
  return blocked("no-traffic", nothingCounted(slice, instances));
}
