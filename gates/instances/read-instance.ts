import type { SeriesSamples } from "../../lib/run/evidence.ts";
import type { Window } from "../../lib/run/phase.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { formatBetween } from "../format.ts";
import { leftAtOnce, lifeIn, livedWindow, stayingJobs } from "./instance-life.ts";
import type { Life } from "./instance-life.ts";
import { restartsIn, startsOf } from "./process-starts.ts";
import type { ProcessStart } from "./process-starts.ts";
import { checkSamples } from "../counters/samples.ts";
import { readSteps } from "../counters/steps.ts";
import type { Step } from "../counters/steps.ts";
import { chooseEdges } from "../windows.ts";
import type { JudgedWindow } from "../windows.ts";

/** How far a scrape may be from the edge of a window, in scrape intervals. */
export const REACH_INTERVALS = 1.5;
/** Scrapes further apart than this, in scrape intervals, are a gap. */
export const GAP_INTERVALS = 2.5;

/** Why an instance may start again and go, where it may. */
export const ALLOWED = "restarts are allowed";

/** All that was scraped of one instance. */
export interface ScrapedInstance {
  readonly id: string;
  /** Its counters. */
  readonly series: readonly SeriesSamples[];
  readonly up: readonly SeriesSamples[];
  readonly starts: readonly SeriesSamples[];
  readonly window: JudgedWindow;
  readonly scrapeIntervalSeconds: number;
  /** Whether it may go before the window ends. */
  readonly mayLeave: boolean;
}

/** The jobs whose instances may leave: none unless restarts are allowed. */
export function jobsToLeave({
  up,
  window,
  scrapeIntervalSeconds,
  restartsAllowed,
}: Pick<ScrapedInstance, "up" | "window" | "scrapeIntervalSeconds"> & {
  readonly restartsAllowed: boolean;
}): ReadonlySet<string> {
  return restartsAllowed
    ? stayingJobs(up, window.lastMoment, REACH_INTERVALS * scrapeIntervalSeconds)
    : new Set<string>();
}

/** An instance as it is counted in a window. */
export interface InstanceReading {
  readonly life: Life;
  /** The time that is covered, in which it was there or can't have been. */
  readonly covered: Window;
  /** Times of the scrapes that it answered, those outside of the window among them. */
  readonly scrapes: readonly number[];
  /** The steps between its scrapes. */
  readonly steps: readonly Step[];
  /** The same, and before them that from the start of its process to its first scrape, where both are in the window. */
  readonly counted: readonly Step[];
}

/** Where in a window an instance stands. */
export interface PlacedInstance extends Pick<InstanceReading, "life" | "scrapes"> {
  readonly starts: readonly ProcessStart[];
  /** The scrapes, with the start of its process before them where that is in the window. */
  readonly times: readonly number[];
  /** The first and the last of these times that are of the window; null where it left before there were two. */
  readonly edges: Window | null;
}

/** Finds the times between which an instance is looked at in a window, or says which one is missing. Null where it was not there in that time. */
export function placeInstance({
  id,
  up,
  starts: told,
  window,
  scrapeIntervalSeconds,
  mayLeave,
}: Omit<ScrapedInstance, "series" | "up"> & { readonly up: SeriesSamples }): Attempt<PlacedInstance | null> {
  const scrapes = scrapesOf(up);
  const starts = startsOf(told);
  const reachSeconds = REACH_INTERVALS * scrapeIntervalSeconds;
  const slackSeconds = GAP_INTERVALS * scrapeIntervalSeconds;
  const life = lifeIn(window, { up, starts, reachSeconds, slackSeconds, mayLeave });
  if (life === null) return found(null);
  const lived = livedWindow(window, life, scrapes);
  const placed = { life, scrapes, starts, times: lived.times };
  if (leftAtOnce(window, life, scrapes)) return found({ ...placed, edges: null });
  const edges = chooseEdges(lived.times, lived.window, reachSeconds);
  return edges.kind === "missing"
    ? blocked("window-not-covered", `${id}: ${edges.message}`)
    : found({ ...placed, edges: { from: edges.start, to: edges.end } });
}

/** The times at which an instance answered. */
export function scrapesOf({ samples }: SeriesSamples): readonly number[] {
  return samples.filter(([, value]) => value === 1).map(([at]) => at);
}

/** Reads the steps in which an instance is counted in a window, or says why they can't be trusted. Null where it was not there in that time. */
export function readInstance(scraped: ScrapedInstance): Attempt<InstanceReading | null> {
  const { id, series, window, scrapeIntervalSeconds } = scraped;
  const [up, secondUp] = scraped.up;
  if (up === undefined || secondUp !== undefined) {
    const { from, to } = window.asked;
    return blocked(
      "window-not-covered",
      up === undefined
        ? `${id} was not scraped: it has no \`up\` ${formatBetween(from, to)}`
        : scrapedTwice(id, scraped.up.length, from, to),
    );
  }
  const placed = placeInstance({ ...scraped, up });
  if (!placed.ok) return placed;
  if (placed.value === null) return found(null);
  const { life, starts, scrapes, edges } = placed.value;
  if (edges === null) return found({ life, covered: window.asked, scrapes, steps: [], counted: [] });
  const checked = checkSamples(series, edges);
  if (!checked.ok) return checked;
  const slackSeconds = GAP_INTERVALS * scrapeIntervalSeconds;
  const span = { from: life.born?.firstScrape ?? edges.from, to: edges.to };
  const steps = readSteps(series, up, span, slackSeconds, restartsIn(starts, scrapes));
  if (!steps.ok) return steps;
  const covered = {
    from: life.born === null ? edges.from : window.asked.from,
    to: life.left === null ? edges.to : window.asked.to,
  };
  const counted = life.born === null ? steps.value : [birthStep(life.born), ...steps.value];
  return found({ life, covered, scrapes, steps: steps.value, counted });
}

/** That an instance has several series of `up` at one time: by two Prometheus, or by two jobs of one name. */
export function scrapedTwice(id: string, count: number, from: number, to: number): string {
  return `${id} was scraped twice: it has ${count} series of \`up\` ${formatBetween(from, to)}; keep to one by --label`;
}

/** From the start of a process to its first scrape: whatever its counters hold then is of this time. */
function birthStep({ startedAt, firstScrape }: NonNullable<Life["born"]>): Step {
  return { from: startedAt, to: firstScrape, restart: true, silent: true, gap: false, apartSeconds: 0 };
}
