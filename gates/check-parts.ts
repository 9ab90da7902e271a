import type { SeriesSamples } from "../lib/run/evidence.ts";
import { blocked, found } from "./attempt.ts";
import type { Attempt } from "./attempt.ts";
import { instanceOf } from "./instances.ts";
import { readSelector } from "./promql.ts";
import type { Selector } from "./promql.ts";
import { seriesKey, showSeries } from "./samples.ts";
import { selects } from "./selects.ts";
import { readAt } from "./steps.ts";

/** The series of a ratio, with the queries that selected them. */
export interface RatioSeries {
  readonly kind: "good" | "bad";
  readonly partQuery: string;
  readonly part: readonly SeriesSamples[];
  readonly totalQuery: string;
  readonly total: readonly SeriesSamples[];
}

/**
 * Checks that the series of a ratio belong together. A part without series counts 0 only if that can't be a mistake: the same metric is
 * there, with every label that the part's selector names, and none of its series fits the selector.
 */
export function checkParts({ kind, partQuery, part, totalQuery, total }: RatioSeries): Attempt<null> {
  if (total.length === 0) return blocked("no-data", `${totalQuery} has no series`);
  for (const series of [part, total]) {
    const keys = new Set(series.map(({ labels }) => seriesKey(labels)));
    if (keys.size < series.length) return blocked("bad-sample", `${partQuery} or ${totalQuery} has a series twice`);
  }
  const [partReading, totalReading] = [readSelector(partQuery), readSelector(totalQuery)];
  if (partReading.kind === "refused") return blocked("query-failed", `${partQuery}: ${partReading.message}`);
  if (totalReading.kind === "refused") return blocked("query-failed", `${totalQuery}: ${totalReading.message}`);
  const { selector } = partReading;
  const foreign = foreignIn(partQuery, selector, part) ?? foreignIn(totalQuery, totalReading.selector, total);
  if (foreign !== null) return blocked("bad-sample", foreign);
  const sameMetric = selector.metric === totalReading.selector.metric;
  if (part.length === 0) {
    const absent = whyAbsent(selector, sameMetric, total);
    if (absent !== null) return blocked("no-data", `${partQuery} has no series: ${absent}`);
  }
  // Good events that are missing count as bad ones.
  const silent = kind === "bad" ? silentInstance(selector, sameMetric, part, total) : null;
  if (silent !== null) return blocked("no-data", `${partQuery} has no series of ${silent}`);
  return sameMetric
    ? checkSameMetric(kind, partQuery, selector, part, total)
    : checkOtherMetric(partQuery, part, total);
}

/** What a selector can't have selected, but was answered with: another tenant's series, say. A label that is not there may have been taken off by a store. */
function foreignIn(query: string, selector: Selector, series: readonly SeriesSamples[]): string | null {
  const foreign = series.find(({ labels }) => {
    const matchers = selector.matchers.filter(({ name }) => name in labels);
    return selects({ ...selector, matchers }, labels) === false;
  });
  return foreign === undefined ? null : `${query} was answered with ${showSeries(foreign)}, which it does not mean`;
}

/** An instance, and why its bad events may be counted by something else than the others': a new version that names a label or a metric otherwise. */
function silentInstance(
  selector: Selector,
  sameMetric: boolean,
  part: readonly SeriesSamples[],
  total: readonly SeriesSamples[],
): string | null {
  if (part.length === 0) return null;
  const seen = new Set(part.map((one) => instanceOf(one).id));
  const byInstance = new Map<string, SeriesSamples[]>();
  for (const one of total) {
    const { id } = instanceOf(one);
    if (!seen.has(id)) byInstance.set(id, [...(byInstance.get(id) ?? []), one]);
  }
  for (const [id, own] of byInstance) {
    const absent = whyAbsent(selector, sameMetric, own);
    if (absent !== null) return `${id}: ${absent}`;
  }
  return null;
}

/** Why an absent part may be a mistake in its selector; null when it can only mean 0. */
function whyAbsent(selector: Selector, sameMetric: boolean, total: readonly SeriesSamples[]): string | null {
  if (!sameMetric) return `there is no metric ${selector.metric} with these labels`;
  const unknown = selector.matchers.find(({ name }) => !total.some(({ labels }) => name in labels));
  if (unknown !== undefined) return `no series of ${selector.metric} has the label '${unknown.name}'`;
  return total.some(({ labels }) => selects(selector, labels) === null) ? "its expression can't be checked" : null;
}

function checkSameMetric(
  kind: "good" | "bad",
  query: string,
  selector: Selector,
  part: readonly SeriesSamples[],
  total: readonly SeriesSamples[],
): Attempt<null> {
  const totals = new Map(total.map((one) => [seriesKey(one.labels), one]));
  const stray = part.find(({ labels }) => !totals.has(seriesKey(labels)));
  if (stray !== undefined) return blocked("bad-sample", `${showSeries(stray)} is ${kind}, but not among all events`);
  const inPart = new Set(part.map(({ labels }) => seriesKey(labels)));
  const missing = total.find(({ labels }) => selects(selector, labels) === true && !inPart.has(seriesKey(labels)));
  if (missing !== undefined) return blocked("bad-sample", `${query} did not return ${showSeries(missing)}`);
  const differing = part.find((one) => differsFrom(totals.get(seriesKey(one.labels)), one));
  return differing === undefined
    ? found(null)
    : blocked("bad-sample", `${showSeries(differing)} was answered with two values for one time`);
}

/** Whether the samples of a series that was read twice differ where they have the same time. Values that no counter can have are told elsewhere. */
function differsFrom(other: SeriesSamples | undefined, { samples }: SeriesSamples): boolean {
  if (other === undefined) return false;
  const twins = readAt(
    other,
    samples.map(([at]) => at),
  );
  return samples.some(([, value], index) => {
    const twin = twins[index] ?? value;
    return Number.isFinite(value) && value >= 0 && Number.isFinite(twin) && twin >= 0 && twin !== value;
  });
}

/** Of another metric (a histogram's bucket, for one), each series must belong to one of the total's. */
function checkOtherMetric(
  query: string,
  part: readonly SeriesSamples[],
  total: readonly SeriesSamples[],
): Attempt<null> {
  const names = new Set(total.flatMap(({ labels }) => Object.keys(labels)));
  names.delete("__name__");
  const shared = ({ labels }: SeriesSamples): string =>
    seriesKey(Object.fromEntries(Object.entries(labels).filter(([name]) => names.has(name))));
  const inTotal = new Set(total.map(shared));
  const stray = part.find((one) => !inTotal.has(shared(one)));
  return stray === undefined
    ? found(null)
    : blocked("bad-sample", `${query}: ${showSeries(stray)} is not among all events`);
}
