import betaCdf from "@stdlib/stats-base-dists-beta-cdf";
import betaQuantile from "@stdlib/stats-base-dists-beta-quantile";

import type { Interval } from "../../lib/run/verdict.ts";
import type { EventWeights } from "./design-effect.ts";

/** Further than this no run gets, and nobody looks for a number of events that would decide. */
const MOST_EVENTS = 1e9;
const SINGLY: EventWeights = { pass: 1, fail: 1 };

/** What an interval is made from. */
export interface CountedShare {
  readonly good: number;
  /** Above 0. */
  readonly total: number;
  /** Of the bad ones, those that may never have happened: they don't speak for a fail. */
  readonly lost?: number;
  readonly weights?: EventWeights;
}

/**
 * The exact interval of a share of good events, each bound by itself at the given confidence. C. J. Clopper and E. S. Pearson, "The use of
 * confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26 (1934), 404–413. Where events
 * weigh less than 1 it is that of as many fewer events (Korn and Graubard 1998).
 */
export function shareInterval(counted: CountedShare, confidence: number): Interval {
  const { good, total, lost = 0, weights = SINGLY } = counted;
  return {
    low: leastGood(total - good, total, weights.pass, confidence),
    high: mostGood(total - good - lost, total, weights.fail, confidence),
    confidence,
    method: weights.pass < 1 || weights.fail < 1 ? "korn-graubard" : "clopper-pearson",
    effectiveEvents: { low: total * weights.pass, high: total * weights.fail },
  };
}

function leastGood(bad: number, total: number, weight: number, confidence: number): number {
  if (bad >= total) return 0;
  const mostBad = betaQuantile(confidence, bad * weight + 1, (total - bad) * weight);
  // Rounding may put a bound a hair beyond what it bounds.
  return Math.min(1 - mostBad, (total - bad) / total);
}

function mostGood(bad: number, total: number, weight: number, confidence: number): number {
  if (bad <= 0) return 1;
  const leastBad = betaQuantile(1 - confidence, bad * weight, (total - bad) * weight + 1);
  return Math.max(1 - leastBad, (total - bad) / total);
}

/**
 * The chance of so many bad events or more where the objective is just met: the binomial tail, by its relation to the beta distribution.
 * It is below 1 − confidence just where the interval's upper bound is below the target.
 */
export function missProbability(counted: CountedShare, target: number): number {
  const { good, total, lost = 0, weights = SINGLY } = counted;
  const bad = total - good - lost;
  if (bad <= 0) return 1;
  return betaCdf(1 - target, bad * weights.fail, (total - bad) * weights.fail + 1);
}

/** The chance of no more bad events than these where the objective is all but met. */
function passProbability({ good, total, weights = SINGLY }: CountedShare, target: number): number {
  return 1 - betaCdf(1 - target, (total - good) * weights.pass + 1, good * weights.pass);
}

export type Decision = "pass" | "fail" | "inconclusive";

/** Pass if the whole interval meets the target, fail if none of it does, else inconclusive. */
export function decide({ low, high }: Pick<Interval, "low" | "high">, target: number): Decision {
  if (low >= target) return "pass";
  return high < target ? "fail" : "inconclusive";
}

/**
 * The least number of events that would decide if things went on as seen: the same share of good ones, the same weights. Null where no number
 * would (the share is the target itself) or none that a run can reach. `confidence` is that of the bound in question; `lost` events stay
 * lost, and come on top as bad ones that don't speak for a fail.
 */
export function eventsToDecide(
  share: number,
  target: number,
  confidence: number,
  weights: EventWeights = SINGLY,
  lost = 0,
): number | null {
  if (share === target) return null;
  const decided = (seen: number): boolean => {
    const counted = { good: share * seen, total: seen + lost, lost, weights };
    return (share > target ? passProbability(counted, target) : missProbability(counted, target)) < 1 - confidence;
  };
  let enough = 1;
  while (!decided(enough)) {
    enough *= 2;
    if (enough > MOST_EVENTS) return null;
  }
  let tooFew = enough / 2;
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (decided(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}
