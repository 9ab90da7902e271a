import type { SeriesSamples } from "../lib/run/evidence.ts";
import { blocked, found } from "./attempt.ts";
import type { Attempt } from "./attempt.ts";
import { formatCount } from "./format.ts";
import { showSeries } from "./samples.ts";
import { peakRate, readAt } from "./steps.ts";
import type { Step } from "./steps.ts";

/** So much faster than ever seen in its instance a counter may have counted before it was first seen. */
const FASTER = 10;

/** The counters of one instance, and the steps between its scrapes. */
export interface Births {
  readonly kind: "good" | "bad";
  readonly part: readonly SeriesSamples[];
  readonly total: readonly SeriesSamples[];
  readonly steps: readonly Step[];
  /** All of the instance's scrapes that are known, those outside of `steps` among them. */
  readonly upTimes: readonly number[];
}

/**
 * Refuses good events of counters that are first seen far above what anything in their instance counts from scrape to scrape: they were there
 * before, and left out for a while, as the OpenTelemetry collector leaves out what did not change for five minutes (`metric_expiration`). All
 * that such a counter ever counted would drown the failures of the window. Bad events are not looked at: too many of them never make a pass.
 */
export function checkBirths({ kind, part, total, steps, upTimes }: Births): Attempt<null> {
  const peak = peakRate(total, upTimes, "goes-on");
  // Where nothing goes on, nothing tells how fast is too fast.
  if (peak === 0) return found(null);
  const [partBirths, allBirths] = [birthsIn(part, steps), birthsIn(total, steps)];
  for (const [index, { from, to }] of steps.entries()) {
    const own = partBirths[index]?.events ?? 0;
    const good = kind === "good" ? own : (allBirths[index]?.events ?? 0) - own;
    if (good <= FASTER * peak * (to - from)) continue;
    const first = (kind === "good" ? partBirths : allBirths)[index]?.largest;
    const who = first === undefined ? "a counter" : showSeries(first);
    const message = `${who} is first seen when it has counted ${formatCount(good)}, where ${formatCount(peak * (to - from))} at most come between two scrapes: it was there before, and then left out for a while`;
    return blocked("window-not-covered", message);
  }
  return found(null);
}

interface Birth {
  readonly events: number;
  readonly largest: SeriesSamples | undefined;
}

/** What counters held when they were first seen, step by step; after a restart everything is new. */
function birthsIn(series: readonly SeriesSamples[], steps: readonly Step[]): readonly Birth[] {
  const times = [...steps.slice(0, 1).map(({ from }) => from), ...steps.map(({ to }) => to)];
  const read = series.map((one) => ({ one, values: readAt(one, times) }));
  return steps.map(({ restart }, index) => {
    const born = read.flatMap(({ one, values }) => {
      const value = values[index + 1];
      return restart || value === undefined || values[index] !== undefined ? [] : [{ one, value }];
    });
    const largest = born.toSorted((a, b) => b.value - a.value)[0]?.one;
    return { events: born.reduce((sum, { value }) => sum + value, 0), largest };
  });
}
