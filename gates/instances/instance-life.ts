import type { SeriesSamples } from "../../lib/run/evidence.ts";
import { instanceOf } from "./instances.ts";
import type { ProcessStart } from "./process-starts.ts";
import type { JudgedWindow } from "../windows.ts";

/** What is known of an instance, and how far its scrapes may be from an edge and from each other, in seconds. */
export interface KnownInstance {
  readonly up: SeriesSamples;
  readonly starts: readonly ProcessStart[];
  readonly reachSeconds: number;
  readonly slackSeconds: number;
  /** Whether it may go before the window ends. */
  readonly mayLeave: boolean;
}

/** The part of a window in which an instance was there, where that is not all of it. */
export interface Life {
  /** Its process started in the window, and it was first scraped then: all that it counts since is of the window. Null where it was there before. */
  readonly born: {
    readonly startedAt: number;
    readonly firstScrape: number;
    /** When Prometheus first tried to scrape it. */
    readonly knownSince: number;
  } | null;
  /** It answered for the last time, and was known to Prometheus a little longer; null where it stayed. */
  readonly left: { readonly lastScrape: number; readonly knownUntil: number } | null;
}

/** The jobs of which something is still scraped where a window ends: instances of others did not leave, but are not seen. */
export function stayingJobs(
  up: readonly SeriesSamples[],
  lastMoment: number,
  reachSeconds: number,
): ReadonlySet<string> {
  const seen = up.filter(({ samples }) =>
    samples.some(([at, value]) => value === 1 && Math.abs(at - lastMoment) <= reachSeconds),
  );
  return new Set(seen.map((one) => instanceOf(one).job));
}

/** When in a window an instance was there; null where none of that is in it. */
export function lifeIn({ asked, start, lastMoment }: JudgedWindow, known: KnownInstance): Life | null {
  const { up, starts, reachSeconds, slackSeconds, mayLeave } = known;
  const [firstKnown, lastKnown] = [up.samples[0]?.[0], up.samples.at(-1)?.[0]];
  const firstScrape = up.samples.find(([, value]) => value === 1)?.[0];
  const lastScrape = up.samples.findLast(([, value]) => value === 1)?.[0];
  const stays = { born: null, left: null };
  if (firstKnown === undefined || lastKnown === undefined) return stays;
  if (firstScrape === undefined || lastScrape === undefined) return stays;
  const [[startSeenAt, startedAt] = [Number.NaN, Number.NaN]] = starts;
  const isTold = startSeenAt === firstScrape && startedAt <= firstScrape;
  if (isTold && firstKnown > asked.to && startedAt >= asked.to) return null;
  // A start is as good as a scrape that found nothing counted yet, which may be as far before the window.
  const earliest = start === "before" ? asked.from - reachSeconds : asked.from;
  // Where it was known for long before its process started, another one may have answered and died unseen.
  const isFirst = mayLeave || startedAt <= firstKnown + reachSeconds;
  const isBorn = isTold && isFirst && firstKnown > asked.from && startedAt >= earliest;
  const isGone = mayLeave && lastKnown < lastMoment - reachSeconds && lastKnown - lastScrape <= slackSeconds;
  if (isGone && lastKnown + reachSeconds < asked.from) return null;
  return {
    born: isBorn ? { startedAt, firstScrape, knownSince: firstKnown } : null,
    left: isGone && lastScrape < asked.to ? { lastScrape, knownUntil: lastKnown } : null,
  };
}

/** The times between which an instance is to be counted: its scrapes, with the start of its process as the first where that is in the window. */
export function livedWindow(
  window: JudgedWindow,
  { born, left }: Life,
  scrapes: readonly number[],
): { readonly window: JudgedWindow; readonly times: readonly number[] } {
  const asked = { from: born?.startedAt ?? window.asked.from, to: left?.lastScrape ?? window.asked.to };
  return {
    window: { ...window, asked, lastMoment: left?.lastScrape ?? window.lastMoment },
    times: born === null ? scrapes : [born.startedAt, ...scrapes],
  };
}

/** Whether an instance that left has no two scrapes in a window: then nothing of it can be counted there. */
export function leftAtOnce({ asked, start }: JudgedWindow, { born, left }: Life, scrapes: readonly number[]): boolean {
  if (left === null || born !== null) return false;
  const { lastScrape } = left;
  return lastScrape <= asked.from || (start === "after" && !scrapes.some((at) => at >= asked.from && at < lastScrape));
}
