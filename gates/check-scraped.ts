import type { SeriesSamples } from "../lib/run/evidence.ts";
import { blocked, found } from "./attempt.ts";
import type { Attempt } from "./attempt.ts";
import { GAP_INTERVALS, REACH_INTERVALS } from "./read-instance.ts";
import { excuseFor } from "./excuses.ts";
import type { Excuse } from "./excuses.ts";
import { formatBetween, formatSpan } from "./format.ts";
import { instanceOf } from "./instances.ts";
import type { Presence } from "./read-presence.ts";
import { readBy } from "./scraped-jobs.ts";
import { chooseEdges } from "./windows.ts";
import type { JudgedWindow } from "./windows.ts";

export interface ScrapeCheck {
  /** What the expression reads. */
  readonly presences: readonly Presence[];
  readonly up: readonly SeriesSamples[];
  readonly window: JudgedWindow;
  readonly scrapeIntervalSeconds: number;
  readonly excuses: readonly Excuse[];
}

export interface ScrapedInstances {
  readonly instances: readonly string[];
  readonly excused: readonly string[];
}

/**
 * Checks that every instance which an expression may have read was scraped all through a window: a function over a range, or a mean over
 * instances, has a value even where half of its samples are missing.
 */
export function checkScraped({
  presences,
  up,
  window,
  scrapeIntervalSeconds,
  excuses,
}: ScrapeCheck): Attempt<ScrapedInstances> {
  const read = readBy(presences, up);
  if (read.length === 0) {
    const selectors = presences.map(({ selector }) => selector.text).join(" and ");
    return blocked("window-not-covered", `nothing tells when ${selectors} was scraped: no \`up\` of its job`);
  }
  const excused: string[] = [];
  const slackSeconds = GAP_INTERVALS * scrapeIntervalSeconds;
  for (const series of read) {
    const instance = instanceOf(series);
    const times = series.samples.filter(([, value]) => value === 1).map(([at]) => at);
    const edges = chooseEdges(times, window, REACH_INTERVALS * scrapeIntervalSeconds);
    if (edges.kind === "missing") return blocked("window-not-covered", `${instance.id}: ${edges.message}`);
    const calm = new Map(series.calm?.map((one) => [one.to, one.longestSeconds]));
    const inside = times.filter((at) => at >= edges.start && at <= edges.end);
    for (const [index, to] of inside.entries()) {
      const from = inside[index - 1] ?? to;
      const apartSeconds = calm.get(to) ?? to - from;
      if (index === 0 || apartSeconds <= slackSeconds) continue;
      const message = `${instance.id} was not seen for ${formatSpan(apartSeconds)} ${formatBetween(from, to)}, ${formatSpan(slackSeconds)} are allowed`;
      const excuse = excuseFor(excuses, "gaps", instance, { from, to }, slackSeconds);
      if (excuse === undefined) return blocked("window-not-covered", message);
      excused.push(`${message}: ${excuse.fault}`);
    }
  }
  return found({ instances: read.map((series) => instanceOf(series).id), excused });
}
