import betaQuantile from "@stdlib/stats-base-dists-beta-quantile";

/** The events of one stretch of time, and how many of them were bad. */
export interface Cluster {
  readonly bad: number;
  readonly total: number;
}

/** How far each bound counts an event, from 0 (not at all) to 1 (fully). */
export interface EventWeights {
  /** For the bound that a pass rests on. */
  readonly pass: number;
  /** For the bound that a fail rests on. */
  readonly fail: number;
}

/** With fewer stretches of time than this, how failures come together can't be measured. */
const LEAST_CLUSTERS = 4;
/** The mean burst that is taken where failures were seen but can't be measured. */
const UNMEASURED_BURST = 5;
/** The highest design effect that is held against a fail. What is worse than that is no bad luck but how the service was. */
const MOST_AGAINST_FAIL = 20;

/**
 * How much an event weighs in a window whose failures may come in bursts: one over the design effect. Bursts are taken to come independently
 * of each other, within one cluster, with lengths of a geometric distribution (E. N. Gilbert, "Capacity of a burst-noise channel", Bell
 * System Technical Journal 39 (1960), 1253–1265) whose mean is at least `burst`, as the gate file states it.
 *
 * - No failure was seen: n events of which a share q is bad hold no burst with the chance exp(−n q / burst), as n / burst independent
 *   events do.
 * - Failures were seen: the design effect is measured between the clusters, and is at least that of the stated bursts: E[L²] / E[L], which is
 *   2 burst − 1 for geometric lengths.
 */
export function eventWeights(clusters: readonly Cluster[], burst: number, confidence: number): EventWeights {
  const filled = clusters.filter(({ total }) => total > 0);
  const bad = sum(filled.map((one) => one.bad));
  const total = sum(filled.map((one) => one.total));
  if (!(bad > 0)) return { pass: 1 / burst, fail: 1 / burst };
  const stated = effectOfBursts(burst);
  if (bad >= total) return { pass: 1 / stated, fail: 1 / stated };
  // No more than all failures can have come together.
  const measured =
    filled.length < LEAST_CLUSTERS
      ? Math.min(bad, effectOfBursts(UNMEASURED_BURST))
      : designEffect(filled, bad, total, confidence);
  const pass = Math.max(stated, measured);
  return { pass: 1 / pass, fail: 1 / Math.max(stated, Math.min(pass, MOST_AGAINST_FAIL)) };
}

function effectOfBursts(mean: number): number {
  return 2 * mean - 1;
}

/**
 * The design effect of a share of bad events over clusters: the variance between clusters (linearised ratio, Cochran, Sampling Techniques,
 * 3rd ed. 1977, 6.3 and 9A) over that of independent events, times the square of Student's t over its limit, which pays
 * for few clusters. E. L. Korn and B. I. Graubard, "Confidence intervals for proportions with small expected number of positive counts
 * estimated from survey data", Survey Methodology 24 (1998), 193–201.
 */
function designEffect(clusters: readonly Cluster[], bad: number, total: number, confidence: number): number {
  const share = bad / total;
  const count = clusters.length;
  const squares = sum(clusters.map((one) => (one.bad - share * one.total) ** 2));
  const between = (count / (count - 1)) * squares;
  const independent = total * share * (1 - share);
  const student = studentQuantile(confidence, count - 1) / studentQuantile(confidence, Math.max(count, total) - 1);
  return (between / independent) * student ** 2;
}

/**
 * Student's t quantile, by its relation to the beta distribution (Abramowitz and Stegun 26.5.27). Near a confidence of one half, where both
 * quantiles vanish, that of 0.6 is taken: only ratios of two are used.
 */
function studentQuantile(confidence: number, degrees: number): number {
  const x = betaQuantile(2 * (1 - Math.max(confidence, 0.6)), degrees / 2, 0.5);
  return Math.sqrt((degrees * (1 - x)) / x);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
