import type { SeriesSamples } from "../../lib/run/evidence.ts";
import { instanceOf } from "./instances.ts";

/**
 * Tells targets apart that have one job and instance, one after another: a deploy that changes a label of the target (`version`) ends its series
 * and begins others. Each is an instance of its own then, called by that label; where they were scraped at the same time, none of that is done.
 */
export function nameTargets(up: readonly SeriesSamples[]): (series: SeriesSamples) => SeriesSamples {
  const telling = new Map<string, readonly string[]>();
  for (const id of new Set(up.map((one) => instanceOf(one).id))) {
    const own = up.filter((one) => instanceOf(one).id === id);
    if (own.length > 1 && followEachOther(own)) telling.set(id, differingLabels(own));
  }
  if (telling.size === 0) return (series) => series;
  return (series) => {
    const { id, instance } = instanceOf(series);
    const names = telling.get(id);
    if (names === undefined) return series;
    const labels = names.map((name) => `${name}=${JSON.stringify(series.labels[name] ?? "")}`);
    return { ...series, labels: { ...series.labels, instance: `${instance} (${labels.join(", ")})` } };
  };
}

function followEachOther(series: readonly SeriesSamples[]): boolean {
  const spans = series
    .map(({ samples }) => ({ from: samples[0]?.[0] ?? Number.NaN, to: samples.at(-1)?.[0] ?? Number.NaN }))
    .toSorted((a, b) => a.from - b.from);
  return spans.slice(1).every(({ from }, index) => from > (spans[index]?.to ?? Number.NaN));
}

function differingLabels(series: readonly SeriesSamples[]): readonly string[] {
  const names = new Set(series.flatMap(({ labels }) => Object.keys(labels)));
  return [...names].filter((name) => new Set(series.map(({ labels }) => labels[name])).size > 1).toSorted();
}
