import type { SeriesSamples } from "../../lib/run/evidence.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { formatCount, formatTime } from "../format.ts";
import { showSeries } from "./samples.ts";
import { readAt } from "./steps.ts";
import type { Step } from "./steps.ts";

/** So many times what else is counted in a window may counters hold that are first seen at one scrape. */
const MOST = 3;

/** The counters of one instance, what was counted of them, and the steps between its scrapes. */
export interface Births {
  readonly kind: "good" | "bad";
  readonly part: readonly SeriesSamples[];
  readonly total: readonly SeriesSamples[];
  /** All events of the instance in the window. */
  readonly events: number;
  readonly steps: readonly Step[];
}

/**
 * Refuses good events of counters that are first seen far above all else that their instance counts in the window: they were there
 * before, and left out for a while, as the OpenTelemetry collector leaves out what did not change for five minutes (`metric_expiration`). All
 * that such a counter ever counted would drown the failures of the window. Bad events are not looked at: too many of them never make a pass.
 */
export function checkBirths({ kind, part, total, events, steps }: Births): Attempt<null> {
  const [partBirths, allBirths] = [birthsIn(part, steps), birthsIn(total, steps)];
  if (partBirths.size + allBirths.size === 0) return found(null);
  for (const [index, { to }] of steps.entries()) {
    const own = partBirths.get(index)?.events ?? 0;
    const good = kind === "good" ? own : (allBirths.get(index)?.events ?? 0) - own;
    // A short load may be counted whole at the first scrape of its counters: then there is nothing else.
    if (good >= events || good <= MOST * (events - good)) continue;
    const first = (kind === "good" ? partBirths : allBirths).get(index)?.largest;
    const who = first === undefined ? "a counter" : showSeries(first.one);
    const message = `${who} is first seen at ${formatTime(to)}, with ${formatCount(good)} events where all else comes to ${formatCount(events - good)}: it was left out for a while`;
    return blocked("window-not-covered", message);
  }
  return found(null);
}

/** The steps of one instance with all events of each, and the highest rate of its job. */
export interface StartedSteps {
  readonly id: string;
  readonly steps: readonly Step[];
  readonly events: readonly number[];
  /** Events a second. */
  readonly peak: () => number;
}

/**
 * Refuses events that a process would have counted faster than any of its job ever does, where only its start tells that its counters began
 * at 0: they are of another process, as those that an exporter passes on, and were there before.
 */
export function checkStarts({ id, steps, events, peak }: StartedSteps): Attempt<null> {
  for (const [index, { from, to, silent }] of steps.entries()) {
    const counted = events[index] ?? 0;
    if (!silent || counted === 0) continue;
    // A process may be young where it is scraped first, and then a second tells no rate.
    const most = MOST * peak() * Math.max(to - from, LEAST_SECONDS);
    if (counted <= most) continue;
    const message = `${id} has ${formatCount(counted)} events by ${formatTime(to)}, ${(to - from).toFixed(1)} s after its process started, and ${formatCount(most)} at most can be of it: its counters are older`;
    return blocked("window-not-covered", message);
  }
  return found(null);
}

/** Times below this tell no rate. */
const LEAST_SECONDS = 5;

interface Birth {
  readonly events: number;
  readonly largest: { readonly one: SeriesSamples; readonly value: number } | undefined;
}

/** What counters held when they were first seen, step by step; after a restart everything is new. */
function birthsIn(series: readonly SeriesSamples[], steps: readonly Step[]): ReadonlyMap<number, Birth> {
  const times = [...steps.slice(0, 1).map(({ from }) => from), ...steps.map(({ to }) => to)];
  const births = new Map<number, Birth>();
  for (const one of series) {
    const values = readAt(one, times);
    for (const [index, { restart }] of steps.entries()) {
      const value = values[index + 1];
      if (restart || value === undefined || values[index] !== undefined) continue;
      const { events, largest } = births.get(index) ?? { events: 0, largest: undefined };
      const larger = largest === undefined || value > largest.value ? { one, value } : largest;
      births.set(index, { events: events + value, largest: larger });
    }
  }
  return births;
}
