import type { SeriesSamples } from "../lib/run/evidence.ts";
import { blocked, found } from "./attempt.ts";
import type { Attempt } from "./attempt.ts";
import { readSelector } from "./promql.ts";
import type { Selector } from "./promql.ts";
import { seriesKey, showSeries } from "./samples.ts";
import { selects } from "./selects.ts";

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
  const sameMetric = selector.metric === totalReading.selector.metric;
  if (part.length === 0) {
    const absent = whyAbsent(selector, sameMetric, total);
    if (absent !== null) return blocked("no-data", `${partQuery} has no series: ${absent}`);
  }
  return sameMetric
    ? checkSameMetric(kind, partQuery, selector, part, total)
    : checkOtherMetric(partQuery, part, total);
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
  const inTotal = new Set(total.map(({ labels }) => seriesKey(labels)));
  const stray = part.find(({ labels }) => !inTotal.has(seriesKey(labels)));
  if (stray !== undefined) return blocked("bad-sample", `${showSeries(stray)} is ${kind}, but not among all events`);
  const inPart = new Set(part.map(({ labels }) => seriesKey(labels)));
  const missing = total.find(({ labels }) => selects(selector, labels) === true && !inPart.has(seriesKey(labels)));
  return missing === undefined ? found(null) : blocked("bad-sample", `${query} did not return ${showSeries(missing)}`);
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
