import type { ObjectivePlan } from "../../lib/run/plan.ts";
import { isRatio, queriesOfIndicator } from "../model/indicators.ts";
import { shortRange } from "./short-ranges.ts";
import type { ShortRange } from "./short-ranges.ts";
import { sparseSubquery } from "./sparse-subqueries.ts";
import type { SparseSubquery } from "./sparse-subqueries.ts";

/** Why an expression, where it is evaluated as often as something is scraped, passes over scrapes of it, and what to write instead; null where it doesn't, and of counters. */
export function whyScrapesAreMissed(
  { indicator, countedBy }: Pick<ObjectivePlan, "indicator" | "countedBy">,
  scrapeIntervalSeconds: number,
): string | null {
  if (isRatio(indicator)) return null;
  const interval = duration(scrapeIntervalSeconds);
  for (const query of queriesOfIndicator(indicator)) {
    const sparse = sparseSubquery(query, scrapeIntervalSeconds);
    if (sparse !== null) return looksTooSeldom(sparse, interval);
    // k6 pushes more often.
    const short = countedBy === "service" ? shortRange(query, scrapeIntervalSeconds) : null;
    if (short !== null) return `${readsTooLittle(short, interval)}: write [${duration(4 * scrapeIntervalSeconds)}]`;
  }
  return null;
}

function looksTooSeldom({ text, resolutionSeconds, written }: SparseSubquery, interval: string): string {
  const range = text.slice(text.lastIndexOf("["), text.lastIndexOf(":"));
  const often = written
    ? `once in ${resolutionSeconds} s`
    : "as often as Prometheus evaluates rules, which is once a minute";
  return `${text} looks ${often}, and what it reads is scraped every ${interval}: write ${range}:${interval}]`;
}

function readsTooLittle({ text, scrapes }: ShortRange, interval: string): string {
  const least = `${scrapes === 1 ? "a scrape" : "two scrapes"}, one every ${interval}`;
  return `${text} may hold fewer than ${least}, so that what it reads of an instance is there at some times only, or never`;
}

/** As PromQL writes it. */
function duration(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)}ms` : `${Math.round(seconds)}s`;
}
