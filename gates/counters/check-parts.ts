import type { SeriesSamples } from "../../lib/run/evidence.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { bucketEdgeOf } from "../promql/bucket-edge.ts";
import { impossibleValue } from "../promql/impossible-value.ts";
import { instanceOf } from "../instances/instances.ts";
import { readSelector } from "../promql/selector.ts";
import type { Selector } from "../promql/selector.ts";
import { seriesKey, showSeries } from "./samples.ts";
import { selects } from "../promql/selects.ts";
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
  const respelt = respeltIn(partQuery, part) ?? respeltIn(totalQuery, total);
  if (respelt !== null) return blocked("bad-sample", respelt);
  const sameMetric = selector.metric === totalReading.selector.metric;
  if (part.length === 0) {
    const absent = whyAbsent(selector, sameMetric, total);
    if (absent !== null) return blocked("no-data", `${partQuery} has no series: ${absent}`);
  }
  const silent = silentInstance(selector, sameMetric, part, total);
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

/** A bucket whose edge got another spelling while it was read: the new series would count as born with all that the old one had. */
function respeltIn(query: string, series: readonly SeriesSamples[]): string | null {
  if (bucketEdgeOf(query) === null) return null;
  const edges = new Map<string, string>();
  for (const one of series) {
    const { id } = instanceOf(one);
    const [edge = "", first = edge] = [one.labels["le"], edges.get(id)];
    if (edge !== first)
      return `${query}: ${id} has the bucket both as le="${first}" and as le="${edge}": Prometheus spells it otherwise since 3.0`;
    edges.set(id, edge);
  }
  return null;
}

/**
 * An instance, and why its part of the events may be counted by something else than the others': a new version that names a label or a
 * metric otherwise, or has other buckets. Its bad events would be none, or all of its events bad.
 */
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

/** Why the absence of a ratio's part may be a mistake, by some series of its total; null where it can only mean 0, or where the queries are refused elsewhere. */
export function whyPartIsAbsent(
  partQuery: string,
  totalQuery: string,
): (total: readonly SeriesSamples[]) => string | null {
  const [part, total] = [readSelector(partQuery), readSelector(totalQuery)];
  if (part.kind === "refused" || total.kind === "refused") return () => null;
  return (series) => whyAbsent(part.selector, part.selector.metric === total.selector.metric, series);
}

/** Why an absent part may be a mistake in its selector; null when it can only mean 0. */
function whyAbsent(selector: Selector, sameMetric: boolean, total: readonly SeriesSamples[]): string | null {
  if (!sameMetric) return `there is no metric ${selector.metric} with these labels`;
  const unknown = selector.matchers.find(({ name }) => !total.some(({ labels }) => name in labels));
  if (unknown !== undefined) return `no series of ${selector.metric} has the label '${unknown.name}'`;
  const impossible = selector.matchers.map((matcher) => impossibleValue(matcher, total)).find((why) => why !== null);
  if (impossible !== undefined) return impossible;
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

/** Of another metric (a histogram's bucket, for one), each series must agree with one of the total's in the labels that both have. */
function checkOtherMetric(
  query: string,
  part: readonly SeriesSamples[],
  total: readonly SeriesSamples[],
): Attempt<null> {
  const agrees = agreementWith(total);
  const stray = part.find((one) => !agrees(one));
  return stray === undefined
    ? found(null)
    : blocked("bad-sample", `${query}: ${showSeries(stray)} is not among all events`);
}

/** Tells whether a series agrees with one of `total` in every label that both have, whatever it counts. */
function agreementWith(total: readonly SeriesSamples[]): (one: SeriesSamples) => boolean {
  const kinds = new Map<string, { readonly names: ReadonlySet<string>; readonly series: SeriesSamples[] }>();
  for (const one of total) {
    const names = Object.keys(one.labels).filter((name) => name !== "__name__");
    const kind = kinds.get(names.toSorted().join()) ?? { names: new Set(names), series: [] };
    kind.series.push(one);
    kinds.set(names.toSorted().join(), kind);
  }
  const keys = new Map<string, ReadonlySet<string>>();
  return ({ labels }) =>
    [...kinds].some(([key, { names, series }]) => {
      const shared = Object.keys(labels).filter((name) => names.has(name));
      const pick = (from: SeriesSamples["labels"]): string =>
        seriesKey(Object.fromEntries(shared.map((name) => [name, from[name] ?? ""])));
      const id = `${key} ${shared.toSorted().join()}`;
      const known = keys.get(id) ?? new Set(series.map((one) => pick(one.labels)));
      keys.set(id, known);
      return known.has(pick(labels));
    });
}
