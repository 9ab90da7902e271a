import type { SeriesSamples } from "../../lib/run/evidence.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { formatBetween, formatSpan } from "../format.ts";
import { checkSamples, seriesKey, showSeries } from "./samples.ts";
import type { Tally } from "./samples.ts";
import { chooseEdges } from "../windows.ts";
import type { JudgedWindow } from "../windows.ts";

/** Pushes may be this far apart, in seconds or in scrape intervals, whichever is longer. */
const GAP = 2.5;
/** Series of one push bear the times of their last requests: within this many seconds they are taken for one push. */
const SAME_PUSH_SECONDS = 0.1;

export interface PushedCounters {
  /** Whether `part` counts the good events or the bad ones. */
  readonly kind: "good" | "bad";
  readonly part: readonly SeriesSamples[];
  readonly total: readonly SeriesSamples[];
  readonly window: JudgedWindow;
  readonly scrapeIntervalSeconds: number;
}

/**
 * Counts events in counters that k6 pushed. Each is born at 0 and written only when it changed, at the time of its last request, so its
 * value at a moment is that of its last sample before. The moments at which a window is read are pushes of the series with the
 * most events around: what such a series has by then is all there was. Another series of that push may bear a slightly later time and
 * still belongs to it; where that is in doubt as the window begins, bad events count as in it and good ones as before it.
 */
export function countPushed({ kind, part, total, window, scrapeIntervalSeconds }: PushedCounters): Attempt<Tally> {
  const ever = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  const checked = checkSamples([...total, ...part], ever);
  if (!checked.ok) return checked;
  const falling = [...total, ...part].find(({ samples }) =>
    samples.some(([, value], at) => value < (samples[at - 1]?.[1] ?? 0)),
  );
  if (falling !== undefined) return blocked("bad-sample", `${showSeries(falling)} falls, which no counter of k6 does`);
  const longest = GAP * Math.max(1, scrapeIntervalSeconds);
  const pushes = pushTimes(total);
  const edges = chooseEdges(pushes, window, longest);
  if (edges.kind === "missing") return blocked("window-not-covered", `k6's counters: ${edges.message}`);
  const { start, end } = edges;
  const inside = pushes.filter((at) => at >= start && at <= end);
  const gap = inside.findIndex((at, index) => at - (inside[index - 1] ?? at) > longest);
  if (gap > 0) {
    const [from = 0, to = 0] = inside.slice(gap - 1, gap + 1);
    const message = `k6's counters were not pushed for ${formatSpan(to - from)} ${formatBetween(from, to)}, ${formatSpan(longest)} are allowed`;
    return blocked("window-not-covered", message);
  }
  const inPart = new Set(part.map(({ labels }) => seriesKey(labels)));
  let good = 0;
  const goods = inside.map(() => 0);
  const bads = inside.map(() => 0);
  for (const series of total) {
    const isGood = inPart.has(seriesKey(series.labels)) === (kind === "good");
    const sums = isGood ? goods : bads;
    const moments = inside.map((at, index) => (index === 0 && !isGood ? at : at + SAME_PUSH_SECONDS));
    const values = valuesAt(series, moments);
    for (const [index, value] of values.entries()) {
      if (index > 0) sums[index] = (sums[index] ?? 0) + value - (values[index - 1] ?? 0);
    }
    if (isGood) good += Math.max(0, (values.at(-1) ?? 0) - (values[0] ?? 0));
  }
  const bad = bads.reduce((sum, one) => sum + one, 0);
  const clusters = bads.slice(1).map((bad, index) => ({
    from: inside[index] ?? start,
    to: inside[index + 1] ?? end,
    bad,
    total: bad + (goods[index + 1] ?? 0),
  }));
  const covered = { from: start, to: end };
  return found({ good, total: good + bad, lost: 0, clusters, covered, excused: [], instances: ["k6"] });
}

/** The values of a pushed counter at moments in order: its last sample's before each, and 0 before the first. */
function valuesAt({ samples }: SeriesSamples, moments: readonly number[]): readonly number[] {
  let next = 0;
  return moments.map((moment) => {
    while ((samples[next]?.[0] ?? Number.POSITIVE_INFINITY) <= moment) next++;
    return samples[next - 1]?.[1] ?? 0;
  });
}

/** Times of pushes: of each push, the sample of the series to which most events were added. */
function pushTimes(total: readonly SeriesSamples[]): readonly number[] {
  const longest = total.reduce<SeriesSamples["samples"]>(
    (best, { samples }) => (samples.length > best.length ? samples : best),
    [],
  );
  const apart = longest
    .slice(1)
    .map(([at], index) => at - (longest[index]?.[0] ?? at))
    .sort((a, b) => a - b);
  const near = (apart[Math.floor(apart.length / 2)] ?? 1) / 2;
  const samples = total
    .flatMap((series) =>
      series.samples.map(([at, value], index) => ({ at, added: value - (series.samples[index - 1]?.[1] ?? 0) })),
    )
    .sort((a, b) => a.at - b.at || a.added - b.added);
  return samples
    .filter(({ at, added }, index) => {
      const beats = (step: 1 | -1): boolean => {
        for (let other = index + step; ; other += step) {
          const rival = samples[other];
          if (rival === undefined || Math.abs(rival.at - at) >= near) return true;
          if (rival.added > added || (rival.added === added && step === 1)) return false;
        }
      };
      return beats(-1) && beats(1);
    })
    .map(({ at }) => at);
}
