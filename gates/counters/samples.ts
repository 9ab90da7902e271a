import type { SeriesSamples } from "../../lib/run/evidence.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import type { Window } from "../../lib/run/phase.ts";
import type { TimedCluster } from "./clusters.ts";

/** Events counted in a window, from one kind of counter. */
export interface Tally {
  readonly good: number;
  readonly total: number;
  /** Events that may have happened without being counted, at most: they count as bad for a pass, and not at all for a fail. */
  readonly lost: number;
  /** The counted events from scrape to scrape (or push to push): failures that come together are told by these. */
  readonly clusters: readonly TimedCluster[];
  readonly covered: Window;
  readonly excused: readonly string[];
  readonly instances: readonly string[];
}

const keys = new WeakMap<Readonly<Record<string, string>>, string>();

/** A series' labels as one text, equal for equal labels. */
export function seriesKey(labels: Readonly<Record<string, string>>): string {
  const known = keys.get(labels);
  if (known !== undefined) return known;
  const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  keys.set(labels, key);
  return key;
}

/** So many characters of labels tell a series from others, in a message that is to be one line. */
const MOST_LABELS = 100;

/** Labels as PromQL writes them, for messages; of a great many the first ones, and always whose they are. */
export function showSeries({ labels }: SeriesSamples): string {
  const { __name__: metric = "", ...rest } = labels;
  const show = (names: readonly string[]) => names.map((name) => `${name}=${JSON.stringify(rest[name])}`).join(",");
  const names = Object.keys(rest);
  if (show(names).length <= MOST_LABELS) return `${metric}{${show(names)}}`;
  const whose = ["job", "instance"].filter((name) => name in rest);
  let shown = [...whose];
  for (const name of names.filter((one) => !whose.includes(one))) {
    if (show([...shown, name]).length > MOST_LABELS) continue;
    shown = [...shown, name];
  }
  return `${metric}{${show(shown)},…}`;
}

/** Refuses samples that no counter can have: not finite, below 0, or out of order in time. */
export function checkSamples(series: readonly SeriesSamples[], window: Window): Attempt<null> {
  for (const one of series) {
    let last = Number.NEGATIVE_INFINITY;
    for (const [at, value] of one.samples) {
      if (!(at > last)) return blocked("bad-sample", `${showSeries(one)} has samples that are out of order`);
      last = at;
      if (at < window.from || at > window.to || (Number.isFinite(value) && value >= 0)) continue;
      return blocked("bad-sample", `${showSeries(one)} has the value ${value}, which no counter can have`);
    }
  }
  return found(null);
}
