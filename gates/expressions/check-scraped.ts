import type { SeriesSamples } from "../../lib/run/evidence.ts";
import type { Window } from "../../lib/run/phase.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { holesIn } from "../instances/nobody-there.ts";
import { ALLOWED, GAP_INTERVALS, jobsToLeave, placeInstance, scrapedTwice } from "../instances/read-instance.ts";
import { nameTargets } from "../instances/name-targets.ts";
import { excuseFor } from "../excuses.ts";
import type { Excuse } from "../excuses.ts";
import { formatBetween, formatSpan, formatTime } from "../format.ts";
import { instanceOf } from "../instances/instances.ts";
import type { Presence } from "./read-presence.ts";
import { readBy } from "../instances/scraped-jobs.ts";
import type { JudgedWindow } from "../windows.ts";

export interface ScrapeCheck {
  /** What the expression reads. */
  readonly presences: readonly Presence[];
  readonly up: readonly SeriesSamples[];
  /** When the instances' processes started, where they tell. */
  readonly starts: readonly SeriesSamples[];
  readonly window: JudgedWindow;
  readonly scrapeIntervalSeconds: number;
  readonly excuses: readonly Excuse[];
  /** Whether instances may go before the window ends. */
  readonly restartsAllowed?: boolean;
}

export interface ScrapedInstances {
  readonly instances: readonly string[];
  readonly excused: readonly string[];
}

/**
 * Checks that every instance which an expression may have read was scraped all through a window, as long as it was there: a function over a
 * range, or a mean over instances, has a value even where half of its samples are missing.
 */
export function checkScraped(given: ScrapeCheck): Attempt<ScrapedInstances> {
  const name = nameTargets(given.up);
  const check = { ...given, up: given.up.map(name), starts: given.starts.map(name) };
  const { presences } = given;
  const read = readBy(presences, given.up).map(name);
  if (read.length === 0) {
    const selectors = presences.map(({ selector }) => selector.text).join(" and ");
    return blocked("window-not-covered", `nothing tells when ${selectors} was scraped: no \`up\` of its job`);
  }
  const ids = read.map((series) => instanceOf(series).id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) {
    const { from, to } = check.window.asked;
    return blocked("window-not-covered", scrapedTwice(twice, ids.filter((id) => id === twice).length, from, to));
  }
  const leaving = jobsToLeave({ ...check, up: read, restartsAllowed: check.restartsAllowed === true });
  const excused: string[] = [];
  const lived = new Map<string, Window[]>();
  for (const series of read) {
    const { job } = instanceOf(series);
    const own = checkInstance(series, check, leaving.has(job));
    if (!own.ok) return own;
    excused.push(...own.value.excused);
    lived.set(job, [...(lived.get(job) ?? []), ...own.value.lived]);
  }
  // Of a time in which none was there, nobody knows what they would have said.
  for (const [job, stretches] of lived) {
    const slackSeconds = GAP_INTERVALS * check.scrapeIntervalSeconds;
    const hole = holesIn(stretches, check.window.asked).find(({ from, to }) => to - from > slackSeconds);
    if (hole === undefined) continue;
    return blocked("window-not-covered", `no instance of ${job} was scraped ${formatBetween(hole.from, hole.to)}`);
  }
  return found({ instances: read.map((series) => instanceOf(series).id), excused });
}

interface CheckedInstance {
  readonly excused: readonly string[];
  /** When it was there; nothing where that was not in the window. */
  readonly lived: readonly Window[];
}

/** What of one instance a fault, or what is allowed, excuses, and when it was there. */
function checkInstance(
  up: SeriesSamples,
  { starts, window, scrapeIntervalSeconds, excuses }: ScrapeCheck,
  mayLeave: boolean,
): Attempt<CheckedInstance> {
  const instance = instanceOf(up);
  const own = starts.filter((one) => instanceOf(one).id === instance.id);
  const placed = placeInstance({ id: instance.id, up, starts: own, window, scrapeIntervalSeconds, mayLeave });
  if (!placed.ok) return placed;
  if (placed.value === null || placed.value.edges === null) return found({ excused: [], lived: [] });
  const { life, times, edges } = placed.value;
  const slackSeconds = GAP_INTERVALS * scrapeIntervalSeconds;
  const calm = new Map(up.calm?.map((one) => [one.to, one.longestSeconds]));
  const inside = times.filter((at) => at >= edges.from && at <= edges.to);
  const excused: string[] = [];
  for (const [index, to] of inside.entries()) {
    const from = inside[index - 1] ?? to;
    const apartSeconds = calm.get(to) ?? to - from;
    if (index === 0 || apartSeconds <= slackSeconds) continue;
    const message = `${instance.id} was not seen for ${formatSpan(apartSeconds)} ${formatBetween(from, to)}, ${formatSpan(slackSeconds)} are allowed`;
    const excuse = excuseFor(excuses, "gaps", instance, { from, to }, slackSeconds);
    if (excuse === undefined) return blocked("window-not-covered", message);
    excused.push(`${message}: ${excuse.fault}`);
  }
  const left =
    life.left === null ? [] : [`${instance.id} was last scraped at ${formatTime(life.left.lastScrape)}: ${ALLOWED}`];
  return found({ excused: [...excused, ...left], lived: [edges] });
}
