import type { QueryOutcome, SeriesSamples } from "../run/evidence.ts";
import type { Window } from "../run/phase.ts";

/** The most that is asked for at once: a day of one series a second is a long answer. */
const CHUNK_SECONDS = 3600;

type Query = (promql: string, at: number) => Promise<QueryOutcome>;

/** The raw samples of a plain selector in a window, as they were stored, read in chunks; a chunk that fails is the outcome. */
export async function readRawSamples(query: Query, selector: string, window: Window): Promise<QueryOutcome> {
  const read: QueryOutcome[] = [];
  for (const { from, to } of chunksOf(window)) {
    const outcome = await query(`${selector}[${Math.max(1, Math.ceil((to - from) * 1000))}ms]`, to);
    if (outcome.kind !== "ok") return outcome;
    read.push(outcome);
  }
  const [only] = read;
  return read.length === 1 && only !== undefined ? only : join(read);
}

/** One after another without a hole. */
function chunksOf({ from, to }: Window): readonly Window[] {
  const chunks: Window[] = [];
  let start = from;
  while (to - start > CHUNK_SECONDS) {
    chunks.push({ from: start, to: start + CHUNK_SECONDS });
    start += CHUNK_SECONDS;
  }
  return [...chunks, { from: start, to }];
}

function join(outcomes: readonly QueryOutcome[]): QueryOutcome {
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
