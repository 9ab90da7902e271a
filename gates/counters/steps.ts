import type { SeriesSamples } from "../../lib/run/evidence.ts";
import type { Window } from "../../lib/run/phase.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { formatTime } from "../format.ts";
import { showSeries } from "./samples.ts";

/** From one successful scrape of an instance to the next. */
export interface Step extends Window {
  /** Whether the instance's counters started again in it. */
  readonly restart: boolean;
  /** Whether that is told by the start of its process alone, and by none of its counters. */
  readonly silent: boolean;
  /** Whether scrapes failed or are missing in it. */
  readonly gap: boolean;
  /** The longest time between two scrapes in it, which is all of it unless those in between were not kept. */
  readonly apartSeconds: number;
}

/**
 * The steps between the scrapes of one instance in a window. A counter that drops, or goes away for good, means that the process started
 * again, and with it every counter of the instance; so does a scrape at one of `restarts`. A counter that misses a scrape and comes back is not covered.
 */
export function readSteps(
  series: readonly SeriesSamples[],
  up: SeriesSamples,
  window: Window,
  longestSeconds: number,
  restarts: readonly number[] = [],
): Attempt<readonly Step[]> {
  const unordered = up.samples.some(([at], index) => at <= (up.samples[index - 1]?.[0] ?? Number.NEGATIVE_INFINITY));
  if (unordered) return blocked("bad-sample", `${showSeries(up)} has samples that are out of order`);
  const scrapes = up.samples.filter(([at]) => at >= window.from && at <= window.to);
  const times = scrapes.filter(([, value]) => value === 1).map(([at]) => at);
  const failures = scrapes.filter(([, value]) => value !== 1).map(([at]) => at);
  const readings = series.map((one) => ({ one, values: readAt(one, times) }));
  const known = new Set(times);
  const stray = series.find(({ samples }) =>
    samples.some(([at]) => at >= window.from && at <= window.to && !known.has(at)),
  );
  if (stray !== undefined) {
    const at = stray.samples.find(([time]) => time >= window.from && time <= window.to && !known.has(time))?.[0] ?? 0;
    return blocked(
      "window-not-covered",
      `${showSeries(stray)} has a sample at ${formatTime(at)} without a scrape (up is 1) at that time`,
    );
  }
  const missed = series.find((one) => missesTheEdge(one, series, window, restarts));
  if (missed !== undefined) return missesSample(missed, window.from);
  const calm = new Map(up.calm?.map((one) => [one.to, one]));
  const steps: Step[] = [];
  for (const [index, to] of times.entries()) {
    const from = times[index - 1];
    if (from === undefined) continue;
    const dropped = readings.some(({ values }) => (values[index] ?? Infinity) < (values[index - 1] ?? 0));
    const another = restarts.some((at) => at > from && at <= to);
    const gone = readings.filter(({ values }) => values[index - 1] !== undefined && values[index] === undefined);
    const back =
      dropped || another ? undefined : gone.find(({ one, values }) => comesBack(one, to, values[index - 1] ?? 0));
    if (back !== undefined) return missesSample(back.one, to);
    const failed = failures.some((at) => at > from && at < to);
    const apartSeconds = calm.get(to)?.longestSeconds ?? to - from;
    const gap = failed || apartSeconds > longestSeconds;
    const seen = dropped || gone.length > 0;
    steps.push({ from, to, restart: seen || another, silent: another && !seen, gap, apartSeconds });
  }
  return found(steps);
}

function missesSample(series: SeriesSamples, at: number) {
  const message = `${showSeries(series)} misses a sample at the scrape of ${formatTime(at)}, has one before and after`;
  return blocked("window-not-covered", message);
}

/**
 * Whether a counter was there before the window, is absent where it begins, and goes on in it from where it was. Taken for newly born, all
 * that it ever counted would count in the window. If the process started again in between, it is new indeed.
 */
function missesTheEdge(
  { samples }: SeriesSamples,
  all: readonly SeriesSamples[],
  window: Window,
  restarts: readonly number[],
): boolean {
  const next = samples.find(([at]) => at >= window.from);
  const before = samples.findLast(([at]) => at < window.from);
  if (next === undefined || before === undefined || next[0] === window.from || next[0] > window.to) return false;
  const restarted =
    restarts.some((at) => at > before[0] && at <= next[0]) ||
    all.some((one) =>
      one.samples.some(([at, value], index) => {
        const [lastAt, last] = one.samples[index - 1] ?? [at, value];
        return lastAt >= before[0] && at <= next[0] && value < last;
      }),
    );
  return next[1] >= before[1] && !restarted;
}

/** Whether a counter that is absent at a time is there again later, and goes on from where it was. */
function comesBack(series: SeriesSamples, time: number, value: number): boolean {
  const next = series.samples.find(([at]) => at > time);
  return next !== undefined && next[1] >= value;
}

/** The values of a series at some times, both in order; undefined where it has no sample at that very time. */
export function readAt({ samples }: SeriesSamples, times: readonly number[]): readonly (number | undefined)[] {
  let next = 0;
  return times.map((time) => {
    while ((samples[next]?.[0] ?? Number.POSITIVE_INFINITY) < time) next += 1;
    const [at, value] = samples[next] ?? [];
    return at === time ? value : undefined;
  });
}

/** The increase of counters over steps: births count from 0, and so does everything after a restart that a counter shows. */
export function increaseOver(series: readonly SeriesSamples[], steps: readonly Step[]): number {
  return increasesOver(series, steps).reduce((total, one) => total + one, 0);
}

/** The same, step by step; each begins where the one before it ended. */
export function increasesOver(series: readonly SeriesSamples[], steps: readonly Step[]): readonly number[] {
  const sums = steps.map(() => 0);
  const times = [...steps.slice(0, 1).map(({ from }) => from), ...steps.map(({ to }) => to)];
  for (const one of series) {
    const values = readAt(one, times);
    for (const [index, { restart, silent }] of steps.entries()) {
      const value = values[index + 1];
      const before = restart && !silent ? 0 : (values[index] ?? 0);
      if (value !== undefined) sums[index] = (sums[index] ?? 0) + value - before;
    }
  }
  return sums;
}

/**
 * What counters held before those restarts that no counter shows: so many more events may be of the steps, if the process's counters began at 0, or none,
 * if it passes on what others count.
 */
export function heldBefore(series: readonly SeriesSamples[], steps: readonly Step[]): number {
  const times = steps.filter(({ silent }) => silent).map(({ from }) => from);
  return series.reduce((sum, one) => readAt(one, times).reduce<number>((all, value) => all + (value ?? 0), sum), 0);
}

/** The highest rate of all events between two scrapes, per second, in everything that was seen of an instance. */
export function peakRate(total: readonly SeriesSamples[], upTimes: readonly number[]): number {
  const readings = total.map((series) => readAt(series, upTimes));
  let peak = 0;
  for (const [index, to] of upTimes.entries()) {
    const from = upTimes[index - 1];
    if (from === undefined) continue;
    let events = 0;
    for (const values of readings) {
      const [value = Number.NaN, before = 0] = [values[index], values[index - 1]];
      // One that fell started again, and counted all that it has since.
      const increase = value < before ? value : value - before;
      if (increase > 0 && Number.isFinite(increase)) events += increase;
    }
    peak = Math.max(peak, events / (to - from));
  }
  return peak;
}
