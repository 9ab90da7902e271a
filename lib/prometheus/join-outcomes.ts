import type { QueryOutcome, SeriesSamples } from "../run/evidence.ts";

/** Answers to one question about times that follow one another, as one answer; the first that failed is the outcome. */
export function joinOutcomes(outcomes: readonly QueryOutcome[]): QueryOutcome {
  const [only] = outcomes;
  if (outcomes.length === 1 && only !== undefined) return only;
  const series = new Map<string, { labels: SeriesSamples["labels"]; samples: (readonly [number, number])[] }>();
  let retries = 0;
  const notices = { warnings: new Set<string>(), infos: new Set<string>() };
  for (const outcome of outcomes) {
    if (outcome.kind !== "ok") return outcome;
    retries += outcome.retries ?? 0;
    for (const warning of outcome.warnings) notices.warnings.add(warning);
    for (const info of outcome.infos) notices.infos.add(info);
    for (const { labels, samples } of outcome.series) {
      const key = JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
      const known = series.get(key) ?? { labels, samples: [] };
      series.set(key, known);
      const last = known.samples.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
      // Before 3.0 both ends of a range belong to it: a sample between two chunks is in both.
      for (const sample of samples) if (sample[0] > last) known.samples.push(sample);
    }
  }
  return {
    kind: "ok",
    series: [...series.values()],
    warnings: [...notices.warnings],
    infos: [...notices.infos],
    ...(retries === 0 ? {} : { retries }),
  };
}
