import type { SeriesSamples } from "../../lib/run/evidence.ts";
import { joinWindows } from "../../lib/run/phase.ts";
import type { Window } from "../../lib/run/phase.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { excuseFor } from "../excuses.ts";
import type { Excuse } from "../excuses.ts";
import { formatBetween, formatSpan, formatTime } from "../format.ts";
import { instanceOf } from "../instances/instances.ts";
import { HAIR_SECONDS, timesIn } from "./read-evaluations.ts";
import type { LabelMatcher } from "../promql/selector.ts";
import type { Presence } from "./read-presence.ts";
import { showSeries } from "../counters/samples.ts";
import { namedJobs } from "../instances/scraped-jobs.ts";
import { selects } from "../promql/selects.ts";

export interface PresenceCheck {
  readonly presences: readonly Presence[];
  /** When the instances were scraped; null where the caller counts. */
  readonly up: readonly SeriesSamples[] | null;
  readonly window: Window;
  /** How far before its time of evaluation the expression reads samples. */
  readonly reachSeconds: number;
  readonly excuses: readonly Excuse[];
}

/**
 * Checks that what an expression reads was there all through a window: at each instance that was scraped, at each time. A maximum, a
 * function over a range or an `unless` has a value even where half of what it should have read is missing. Answers what a fault excuses.
 */
export function checkPresence(check: PresenceCheck): Attempt<readonly string[]> {
  const excused: string[] = [];
  for (const presence of check.presences) {
    const own = checkSelector(presence, check);
    if (!own.ok) return own;
    excused.push(...own.value);
  }
  return found(excused);
}

function checkSelector(presence: Presence, check: PresenceCheck): Attempt<readonly string[]> {
  const { evidence, series } = presence;
  const { from, to } = check.window;
  // What an evaluation looks back at from earlier than this is before the window, and nothing that the expression reads.
  const start = from + Math.min(check.reachSeconds, evidence.lookBackSeconds);
  const times = timesIn(evidence, { from: start, to });
  const { up } = check;
  const unmeant = up === null ? null : whyNoneIsMeant(presence, up);
  if (unmeant !== null) return blocked("no-data", `the expression reads ${presence.selector.text}: ${unmeant}`);
  const [scraped, unscraped] = up === null ? [[], []] : [scrapedWith(presence, up), unscrapedOf(presence, up)];
  if (scraped.length === 0 && unscraped.length === 0) {
    const isThere = timesOf(series.flatMap(stretchesOf));
    const [hole] = holesIn(times, (at) => !isThere(at));
    return hole === undefined ? found([]) : missing(hole, `there is no ${presence.selector.text}`);
  }
  for (const one of unscraped) {
    const own = unscraped.filter((other) => instanceOf(other).id === instanceOf(one).id);
    const isThere = timesOf(own.flatMap(stretchesOf));
    const [hole] = holesIn(times, (at) => !isThere(at));
    if (hole !== undefined) return missing(hole, `there is no ${presence.selector.text} of ${showSeries(one)}`);
  }
  return checkScraped(presence, scraped, times, check);
}

function checkScraped(
  presence: Presence,
  scraped: readonly SeriesSamples[],
  times: readonly number[],
  { excuses }: PresenceCheck,
): Attempt<readonly string[]> {
  const { evidence, selector } = presence;
  const excused: string[] = [];
  for (const up of scraped) {
    const instance = instanceOf(up);
    const own = presence.series.filter((one) => instanceOf(one).id === instance.id);
    const isThere = timesOf(own.flatMap(stretchesOf));
    const wasScraped = timesOf(scrapedStretches(up, evidence));
    for (const hole of holesIn(times, (at) => !isThere(at) && wasScraped(at))) {
      const excuse =
        excuseFor(excuses, "restarts", instance, hole, evidence.lookBackSeconds) ??
        excuseFor(excuses, "gaps", instance, hole, evidence.lookBackSeconds);
      const message = `${instance.id} was scraped, but had no ${selector.text}`;
      if (excuse === undefined) return missing(hole, message);
      excused.push(`${message} for ${formatSpan(hole.to - hole.from)}: ${excuse.fault}`);
    }
  }
  return found(excused);
}

/** The instances which a selector means, as far as its matchers tell by the labels of `up`, of the jobs whose instances have it, and of those that it names and nothing has it of. */
function scrapedWith(presence: Presence, up: readonly SeriesSamples[]): readonly SeriesSamples[] {
  const { matchers } = presence.selector.selector;
  return scrapedOfJobs(presence, up).filter((one) => matchers.every((matcher) => mayMean(matcher, one)));
}

function scrapedOfJobs({ selector, series }: Presence, up: readonly SeriesSamples[]): readonly SeriesSamples[] {
  const shown = new Set(series.map((one) => instanceOf(one).job));
  const jobs = new Set([
    ...series.filter(hasInstance).map((one) => instanceOf(one).job),
    ...namedJobs(selector).filter((job) => !shown.has(job)),
  ]);
  return up.filter((one) => jobs.has(instanceOf(one).job));
}

/** Whether a matcher fits an instance's own label, or that has no such label. */
function mayMean(matcher: LabelMatcher, { labels }: SeriesSamples): boolean {
  if (!(matcher.name in labels)) return true;
  const selector = { metric: "", matchers: [matcher], insertion: { at: 0, needs: "nothing" } } as const;
  return selects(selector, { ...labels, __name__: "" }) !== false;
}

/**
 * Why a selector can't mean anything that is scraped: each instance has a label of its own, which its series got from it, and all of them another
 * value of it. Where the series have other values than the instances, they brought the label along (`honor_labels`).
 */
function whyNoneIsMeant(presence: Presence, up: readonly SeriesSamples[]): string | null {
  const own = scrapedOfJobs(presence, up);
  const wrong = presence.selector.selector.matchers.find(
    (matcher) => own.length > 0 && own.every((one) => !mayMean(matcher, one)) && isTargets(matcher, presence, own),
  );
  if (wrong === undefined) return null;
  const values = valuesOf(wrong, own);
  const asked = `${wrong.name}${wrong.operator}${JSON.stringify(wrong.value)}`;
  return `${asked} fits no instance, of which ${wrong.name} is ${values.join(", ")}`;
}

function isTargets({ name }: LabelMatcher, { series }: Presence, up: readonly SeriesSamples[]): boolean {
  const values = valuesOf({ name }, up);
  return series.filter(hasInstance).every(({ labels }) => values.includes(labels[name] ?? ""));
}

function valuesOf({ name }: Pick<LabelMatcher, "name">, series: readonly SeriesSamples[]): readonly string[] {
  return [...new Set(series.map(({ labels }) => labels[name] ?? ""))].toSorted();
}

/** What no `up` tells of: recording rules, and jobs that are pushed. */
function unscrapedOf({ series }: Presence, up: readonly SeriesSamples[]): readonly SeriesSamples[] {
  const jobs = new Set(up.map((one) => instanceOf(one).job));
  return series.filter((one) => !hasInstance(one) || !jobs.has(instanceOf(one).job));
}

function hasInstance(series: SeriesSamples): boolean {
  return instanceOf(series).instance !== "";
}

const CURE = "export it from the start on (errors at 0), or count events by plain counters (`counter: true`)";

function missing({ from, to }: Window, message: string): Attempt<never> {
  const when = from === to ? `at ${formatTime(from)}` : formatBetween(from, to);
  return blocked("metric-missing", `${message} ${when}: ${CURE}`);
}

/** The stretches of time in which evaluations that follow one another are holes, from the first to the last one. */
function holesIn(times: readonly number[], isHole: (at: number) => boolean): readonly Window[] {
  const holes: { from: number; to: number }[] = [];
  let open: { from: number; to: number } | null = null;
  for (const at of times) {
    if (!isHole(at)) open = null;
    else if (open !== null) open.to = at;
    else holes.push((open = { from: at, to: at }));
  }
  return holes;
}

/** The times at which a series of presence was there; what lies between those that were kept is calm. */
function stretchesOf({ samples, calm = [] }: SeriesSamples): readonly Window[] {
  return [...samples.map(([at]) => ({ from: at - HAIR_SECONDS, to: at + HAIR_SECONDS })), ...calm];
}

/** The times at which an instance has been scraped in the last so many seconds; for a recording rule, from its first evaluation after that on. */
function scrapedStretches(
  { samples, calm = [] }: SeriesSamples,
  { lookBackSeconds, recordedEverySeconds = 0 }: Presence["evidence"],
): readonly Window[] {
  const scrapes = samples.filter(([, value]) => value === 1).map(([at]) => ({ from: at, to: at }));
  const stretches = [...scrapes, ...calm].map(({ from, to }) => ({
    from: from + HAIR_SECONDS,
    to: to + lookBackSeconds - HAIR_SECONDS,
  }));
  return joinWindows(stretches).map(({ from, to }) => ({ from: from + recordedEverySeconds, to }));
}

/** Tells of times, asked in order, whether they are in one of some stretches. */
function timesOf(stretches: readonly Window[]): (at: number) => boolean {
  const ordered = stretches.toSorted((a, b) => a.from - b.from);
  let next = 0;
  let until = Number.NEGATIVE_INFINITY;
  return (at) => {
    for (; (ordered[next]?.from ?? Number.POSITIVE_INFINITY) <= at; next += 1) {
      until = Math.max(until, ordered[next]?.to ?? until);
    }
    return at <= until;
  };
}
