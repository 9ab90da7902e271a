import { errorFunction, probit } from "simple-statistics";

import type { Interval } from "../lib/run/verdict.ts";

/**
 * The Wilson score interval of a share of good events, each bound by itself at the given confidence. E. B. Wilson, "Probable inference,
 * the law of succession, and statistical inference", Journal of the American Statistical Association 22 (1927), 209–212.
 * `total` must be above 0.
 */
export function wilsonInterval(good: number, total: number, confidence: number): Interval {
  return {
    low: wilsonLow(good, total, confidence),
    // The upper bound of the good is what the lower bound of the bad leaves over.
    high: 1 - wilsonLow(total - good, total, confidence),
    confidence,
    method: "wilson",
  };
}

function wilsonLow(count: number, total: number, confidence: number): number {
  const share = count / total;
  const z = standardNormalQuantile(confidence);
  const z2n = (z * z) / total;
  const centre = share + z2n / 2;
  const half = z * Math.sqrt((share * (1 - share) + z2n / 4) / total);
  // Rounding may put a bound a hair beyond what it bounds.
  return Math.min(Math.max((centre - half) / (1 + z2n), 0), share);
}

export type Decision = "pass" | "fail" | "inconclusive";

/** Pass if the whole interval meets the target, fail if none of it does, else inconclusive. */
export function decide({ low, high }: Pick<Interval, "low" | "high">, target: number): Decision {
  if (low >= target) return "pass";
  return high < target ? "fail" : "inconclusive";
}

/**
 * How many events would decide if the share of good ones stayed as seen; null where no number would (the share is the target itself).
 * Solves Wilson's bound for n: n = z² t (1 − t) / (p − t)².
 */
export function eventsToDecide(share: number, target: number, confidence: number): number | null {
  const distance = share - target;
  if (distance === 0) return null;
  const z = standardNormalQuantile(confidence);
  const events = Math.ceil((z * z * target * (1 - target)) / (distance * distance));
  return Number.isSafeInteger(events) ? Math.max(1, events) : null;
}

/** The standard normal quantile. simple-statistics' probit is right to 0.2 % only, and errs to the lenient side: Newton mends it. */
export function standardNormalQuantile(probability: number): number {
  let z = probit(probability);
  for (let step = 0; step < 4; step++) {
    const error = (1 + errorFunction(z / Math.SQRT2)) / 2 - probability;
    z -= (error * Math.sqrt(2 * Math.PI)) / Math.exp((-z * z) / 2);
  }
  return z;
}
