import type { Census } from "../lib/run/verdict.ts";
import type { Window } from "../lib/run/phase.ts";
import type { ObjectivePlan, RangeIndicator, TimeSlices } from "../lib/run/plan.ts";
import { blocked, found } from "./attempt.ts";
import type { Attempt } from "./attempt.ts";
import { checkScale } from "./check-scale.ts";
import { checkScraped } from "./check-scraped.ts";
import { countEvents, queriesOf, seriesOf } from "./count-events.ts";
import type { CountRequest } from "./count-events.ts";
import { countRange } from "./count-range.ts";
import type { Portion } from "./count-range.ts";
import { nothingCounted } from "./nothing-counted.ts";
import { isRatio } from "./indicators.ts";
import { reachOf } from "./promql-expression.ts";
import { sliceWindows } from "./slice-windows.ts";

/** Fewer slices than this prove nothing. */
export const LEAST_SLICES = 5;

/** A share that may be anything between two bounds, where a restart lost events; else both are the same. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

export interface CensusTally extends Census {
  /** The share of slices that held, or the mean share of good events. */
  readonly share: Bounds;
  readonly covered: Window;
  readonly excused: readonly string[];
  readonly instances: readonly string[];
}

export interface CensusRequest extends Omit<CountRequest, "objective"> {
  readonly objective: ObjectivePlan;
}

/** Looks at every slice of time in an objective's window, or says why one of them can't be trusted. */
export function takeCensus(request: CensusRequest): Attempt<CensusTally> {
  const { indicator, countedBy, slices } = request.objective;
  if (!isRatio(indicator)) return censusOfRange(request, indicator);
  // The planner gives counters without slices to the counting of events.
  if (slices === undefined) return blocked("no-data", "no slices of time were asked for");
  return censusOfCounters({ ...request, objective: { indicator, countedBy } }, slices);
}

function censusOfCounters(request: CountRequest, slices: TimeSlices): Attempt<CensusTally> {
  const { window } = request;
  const shares: Bounds[] = [];
  const excused = new Set<string>();
  const instances = new Set<string>();
  const covered: Window[] = [];
  const windows = sliceWindows(window.asked, slices.seconds);
  if (windows.length < LEAST_SLICES) return tooFew(windows.length, slices.seconds);
  for (const asked of windows) {
    const start = asked.from > window.asked.from ? "after" : window.start;
    // Each begins at the very sample with which the one before it ends.
    const tally = countEvents({ ...request, window: { ...window, asked, start } });
    if (!tally.ok) return tally;
    const { good, lost } = tally.value;
    if (!(tally.value.total > 0)) return noTraffic(asked, tally.value.instances);
    const total = tally.value.total + lost;
    shares.push({ low: good / total, high: (good + lost) / total });
    covered.push(tally.value.covered);
    for (const one of tally.value.excused) excused.add(one);
    for (const one of tally.value.instances) instances.add(one);
  }
  return found({
    ...judgeSlices(shares, slices),
    covered: { from: Math.min(...covered.map(({ from }) => from)), to: Math.max(...covered.map(({ to }) => to)) },
    excused: [...excused],
    instances: [...instances],
  });
}

function censusOfRange(request: CensusRequest, indicator: RangeIndicator): Attempt<CensusTally> {
  const { objective, window, evidence, scrapeIntervalSeconds } = request;
  const { slices, countedBy } = objective;
  const queries = queriesOf(objective);
  const reachSeconds = Math.max(...queries.map(reachOf));
  // What an evaluation reads from before the window is another phase's.
  const span = { from: window.asked.from + reachSeconds, to: window.asked.to };
  if (span.to < span.from) return reachesTooFar(reachSeconds, window.asked);
  const portions = countRange(indicator, evidence.ranges ?? [], span);
  if (!portions.ok) return portions;
  const onScale = checkScale(queries, evidence.ranges ?? [], span);
  if (!onScale.ok) return onScale;
  const up = countedBy === "caller" ? null : seriesOf(evidence.up, "up");
  if (up?.ok === false) return up;
  const scraped =
    up === null ? found({ instances: ["k6"], excused: [] }) : checkScraped({ ...request, queries, up: up.value });
  if (!scraped.ok) return scraped;
  const { instances, excused } = scraped.value;
  const counted =
    slices === undefined
      ? wholeShare(portions.value, indicator, { span, sliceSeconds: scrapeIntervalSeconds })
      : sharesOf(portions.value, sliceWindows(span, slices.seconds), slices);
  if (!counted.ok) return counted;
  return found({ ...counted.value, covered: { from: window.asked.from, to: span.to }, excused, instances });
}

type Counted = Pick<CensusTally, "share" | keyof Census>;

/** Of all evaluations: the share of those that held, or of all that was good. */
function wholeShare(
  portions: readonly Portion[],
  { kind }: RangeIndicator,
  { span, sliceSeconds }: { readonly span: Window; readonly sliceSeconds: number },
): Attempt<Counted> {
  if (portions.length < LEAST_SLICES) return tooFew(portions.length, sliceSeconds);
  const share = shareOf(portions);
  if (share === null) return noTraffic(span, []);
  const held = kind === "threshold" ? portions.filter(({ good }) => good === 1).length : null;
  return found({ slices: portions.length, sliceSeconds, held, share: { low: share, high: share } });
}

function sharesOf(portions: readonly Portion[], windows: readonly Window[], slices: TimeSlices): Attempt<Counted> {
  if (windows.length < LEAST_SLICES) return tooFew(windows.length, slices.seconds);
  const shares: Bounds[] = [];
  for (const [index, { from, to }] of windows.entries()) {
    const isLast = index === windows.length - 1;
    const inside = portions.filter(({ at }) => at >= from - HAIR_SECONDS && (isLast || at < to - HAIR_SECONDS));
    const share = shareOf(inside);
    if (share === null) return noTraffic({ from, to }, []);
    shares.push({ low: share, high: share });
  }
  return found(judgeSlices(shares, slices));
}

const HAIR_SECONDS = 0.002;

function judgeSlices(shares: readonly Bounds[], slices: TimeSlices): Counted {
  const summary = { slices: shares.length, sliceSeconds: slices.seconds };
  if (slices.kind === "mean-share") {
    const mean = (of: keyof Bounds): number => shares.reduce((sum, share) => sum + share[of], 0) / shares.length;
    return { ...summary, held: null, share: { low: mean("low"), high: mean("high") } };
  }
  const held = (of: keyof Bounds): number => shares.filter((share) => share[of] >= slices.target).length;
  const low = held("low");
  return { ...summary, held: low, share: { low: low / shares.length, high: held("high") / shares.length } };
}

function shareOf(portions: readonly Portion[]): number | null {
  const total = portions.reduce((sum, one) => sum + one.total, 0);
  return total > 0 ? portions.reduce((sum, one) => sum + one.good, 0) / total : null;
}

function tooFew(count: number, seconds: number) {
  return blocked("too-few-slices", `there are ${count} slices of ${seconds} s, and ${LEAST_SLICES} are the least`);
}

function reachesTooFar(reachSeconds: number, { from, to }: Window) {
  const message = `the query looks back ${reachSeconds} s, and the phase is judged for ${(to - from).toFixed(1)} s`;
  return blocked("too-few-slices", `${message}: it would see what was before`);
}

function noTraffic(slice: Window, instances: readonly string[]) {
  return blocked("no-traffic", nothingCounted(slice, instances));
}
