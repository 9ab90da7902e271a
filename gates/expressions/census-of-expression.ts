import type { Window } from "../../lib/run/phase.ts";
import type { ObjectivePlan, RangeIndicator, TimeSlices } from "../../lib/run/plan.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { checkPresence } from "./check-presence.ts";
import { checkScale } from "./check-scale.ts";
import { checkScraped } from "./check-scraped.ts";
import { allLeftOut, partsOf, windowParts } from "../counters/count-around.ts";
import { queriesOf, seriesOf, startSeriesOf } from "../counters/count-events.ts";
import type { CountRequest } from "../counters/count-events.ts";
import { countRange } from "./count-range.ts";
import type { Portion } from "./count-range.ts";
import { judgeSlices, LEAST_SLICES, leftOutOf, noTraffic, tooFew } from "../slices/judge-slices.ts";
import type { Bounds, CensusTally, Counted } from "../slices/judge-slices.ts";
import { whyScrapesAreMissed } from "../promql/missed-scrapes.ts";
import { reachOf } from "../promql/expression.ts";
import { timesIn } from "./read-evaluations.ts";
import { readPresence } from "./read-presence.ts";
import { HAIR_SECONDS, holdsSlice, sliceWindows } from "../slices/slice-windows.ts";
import type { JudgedWindow } from "../windows.ts";

export interface CensusRequest extends Omit<CountRequest, "objective"> {
  readonly objective: ObjectivePlan;
  /** Stretches that are left out: slices that one of them touches are not judged. */
  readonly excluded?: readonly Window[];
}

/** Judges each evaluation of an expression, or each slice of them, between the stretches that are left out. */
export function censusOfExpression(request: CensusRequest, indicator: RangeIndicator): Attempt<CensusTally> {
  const { objective, window, evidence, scrapeIntervalSeconds, excluded = [] } = request;
  const { slices } = objective;
  const [query = "", ...others] = queriesOf(objective);
  const missed = whyScrapesAreMissed(objective, scrapeIntervalSeconds);
  if (missed !== null) return blocked("window-not-covered", missed);
  const reachSeconds = Math.max(...[query, ...others].map(reachOf));
  // What an evaluation reads from before the window is another phase's.
  const span = { from: window.asked.from + reachSeconds, to: window.asked.to };
  if (span.to < span.from) return reachesTooFar(reachSeconds, window.asked);
  // So long after a stretch that is left out, an evaluation still reads samples from it.
  const carriedSeconds = reachSeconds + scrapeIntervalSeconds;
  const judged = partsOf(
    span,
    excluded.map(({ from, to }) => ({ from, to: to + carriedSeconds })),
  );
  const parts = windowParts(window, excluded);
  if (parts.length === 0) return allLeftOut();
  const portions: Portion[] = [];
  const instances = new Set<string>();
  const excused = new Set<string>();
  for (const part of parts) {
    // After a stretch that is left out, what an evaluation looks back at is in it.
    const backSeconds = part.asked.from > window.asked.from ? Number.POSITIVE_INFINITY : reachSeconds;
    const read = readPart(request, indicator, { part, judged, reachSeconds: backSeconds });
    if (!read.ok) return read;
    portions.push(...read.value.portions);
    for (const one of read.value.instances) instances.add(one);
    for (const one of read.value.excused) excused.add(one);
  }
  const asked = evidence.ranges?.find((range) => range.query === query);
  const evaluations = asked === undefined ? portions.length : timesIn(asked, span).length;
  const counted =
    slices === undefined
      ? wholeShare(portions, indicator, {
          span,
          sliceSeconds: scrapeIntervalSeconds,
          leftOut: evaluations - portions.length,
        })
      : sharesOf(portions, { span, judged }, slices);
  if (!counted.ok) return counted;
  return found({
    ...counted.value,
    covered: { from: window.asked.from, to: span.to },
    excused: [...excused],
    instances: [...instances],
  });
}

interface PartReading {
  readonly portions: readonly Portion[];
  readonly instances: readonly string[];
  readonly excused: readonly string[];
}

interface Part {
  readonly part: JudgedWindow;
  /** Where expressions are judged. */
  readonly judged: readonly Window[];
  /** How far an evaluation reads back in this part. */
  readonly reachSeconds: number;
}

/** What an expression was in a part of the window that lies between stretches that are left out; all of it must have been scraped, whatever of it is judged. */
function readPart(
  request: CensusRequest,
  indicator: RangeIndicator,
  { part, judged, reachSeconds }: Part,
): Attempt<PartReading> {
  const { objective, evidence } = request;
  const queries = queriesOf(objective);
  const portions: Portion[] = [];
  for (const span of judged.filter(({ from, to }) => from >= part.asked.from && to <= part.asked.to)) {
    const own = countRange(indicator, evidence.ranges ?? [], span);
    if (!own.ok) return own;
    const onScale = checkScale(queries, evidence.ranges ?? [], span);
    if (!onScale.ok) return onScale;
    portions.push(...own.value);
  }
  const presences = readPresence(queries, objective.countedBy, evidence.presence ?? []);
  if (!presences.ok) return presences;
  const up = objective.countedBy === "caller" ? null : seriesOf(evidence.up, "up");
  if (up?.ok === false) return up;
  const starts = startSeriesOf(evidence);
  if (!starts.ok) return starts;
  const own = { ...request, window: part, presences: presences.value, starts: starts.value };
  const scraped = up === null ? found({ instances: ["k6"], excused: [] }) : checkScraped({ ...own, up: up.value });
  if (!scraped.ok) return scraped;
  const there = checkPresence({ ...own, up: up?.value ?? null, window: part.asked, reachSeconds });
  if (!there.ok) return there;
  const { instances, excused } = scraped.value;
  return found({ portions, instances, excused: [...excused, ...there.value] });
}

/** Of all evaluations: the share of those that held, or of all that was good. */
function wholeShare(
  portions: readonly Portion[],
  { kind }: RangeIndicator,
  { span, sliceSeconds, leftOut }: { readonly span: Window; readonly sliceSeconds: number; readonly leftOut: number },
): Attempt<Counted> {
  if (portions.length < LEAST_SLICES) return tooFew(portions.length, sliceSeconds, leftOut);
  const good = shareOf(portions);
  if (good === null) return noTraffic(span, []);
  const held = kind === "threshold" ? portions.filter(({ good }) => good === 1).length : null;
  const share = { low: good, high: good };
  return found({ slices: portions.length, sliceSeconds, held, share, ...leftOutOf(leftOut) });
}

function sharesOf(
  portions: readonly Portion[],
  { span, judged }: { readonly span: Window; readonly judged: readonly Window[] },
  slices: TimeSlices,
): Attempt<Counted> {
  const laid = sliceWindows(span, slices.seconds);
  const windows = laid.filter((slice) => judged.some((part) => holdsSlice(part, slice)));
  const leftOut = laid.length - windows.length;
  if (windows.length < LEAST_SLICES) return tooFew(windows.length, slices.seconds, leftOut);
  const shares: Bounds[] = [];
  for (const { from, to } of windows) {
    const isLast = to > span.to - HAIR_SECONDS;
    const inside = portions.filter(({ at }) => at >= from - HAIR_SECONDS && (isLast || at < to - HAIR_SECONDS));
    const share = shareOf(inside);
    if (share === null) return noTraffic({ from, to }, []);
    shares.push({ low: share, high: share });
  }
  return found(judgeSlices(shares, slices, leftOut));
}

function shareOf(portions: readonly Portion[]): number | null {
  const total = portions.reduce((sum, one) => sum + one.total, 0);
  return total > 0 ? portions.reduce((sum, one) => sum + one.good, 0) / total : null;
}

function reachesTooFar(reachSeconds: number, { from, to }: Window) {
  const message = `the query looks back ${reachSeconds} s, and the phase is judged for ${(to - from).toFixed(1)} s`;
  return blocked("too-few-slices", `${message}: it would see what was before`);
}
