import type { BurnRate } from "../lib/run/verdict.ts";
import type { TimedCluster } from "./counters/clusters.ts";

/** A stretch is this part of all that was seen, as the workbook's short windows are of its long ones. */
const STRETCH_SHARE = 1 / 12;
/** And at least so many scrapes long: in one alone a few requests would make any rate. */
const LEAST_SCRAPES = 3;

/**
 * How fast events used up the error budget of a target, over all and over the worst stretch. `clusters` are the events from scrape to scrape, in
 * time order; `budgetWindowSeconds` is the SLO's time window, if it is known. Null without events.
 */
export function burnRateOf(
  clusters: readonly TimedCluster[],
  options: {
    readonly target: number;
    readonly scrapeIntervalSeconds: number;
    readonly budgetWindowSeconds: number | undefined;
  },
): BurnRate | null {
  const { target, scrapeIntervalSeconds, budgetWindowSeconds } = options;
  const [first] = clusters;
  const last = clusters.at(-1);
  const total = sum(clusters, "total");
  if (first === undefined || last === undefined || !(total > 0)) return null;
  const rateOf = (bad: number, events: number): number => bad / events / (1 - target);
  const seconds = last.to - first.from;
  const windowSeconds = Math.max(STRETCH_SHARE * seconds, LEAST_SCRAPES * scrapeIntervalSeconds);
  const whole = rateOf(sum(clusters, "bad"), total);
  return {
    whole,
    worst: 2 * windowSeconds > seconds ? null : worstStretch(clusters, windowSeconds, rateOf),
    windowSeconds,
    budgetShare: budgetWindowSeconds === undefined ? null : (whole * seconds) / budgetWindowSeconds,
  };
}

/** The first of the stretches with the highest rate, if there is one above 0; each is the shortest that ends with some cluster and is long enough. */
function worstStretch(
  clusters: readonly TimedCluster[],
  windowSeconds: number,
  rateOf: (bad: number, events: number) => number,
): BurnRate["worst"] {
  let worst: BurnRate["worst"] = null;
  let start = 0;
  let [bad, events] = [0, 0];
  for (const cluster of clusters) {
    bad += cluster.bad;
    events += cluster.total;
    for (;;) {
      const next = clusters[start + 1];
      // Scrapes jitter by milliseconds.
      if (next === undefined || cluster.to - next.from < 0.99 * windowSeconds) break;
      bad -= clusters[start]?.bad ?? 0;
      events -= clusters[start]?.total ?? 0;
      start += 1;
    }
    const from = clusters[start]?.from ?? cluster.from;
    if (cluster.to - from < 0.99 * windowSeconds || !(events > 0)) continue;
    const rate = rateOf(bad, events);
    if (rate > (worst?.rate ?? 0)) worst = { from, to: cluster.to, rate, events };
  }
  return worst;
}

function sum(clusters: readonly TimedCluster[], key: "bad" | "total"): number {
  return clusters.reduce((all, cluster) => all + cluster[key], 0);
}
