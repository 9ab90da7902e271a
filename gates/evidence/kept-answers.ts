import type { QueryOutcome, SeriesSamples } from "../../lib/run/evidence.ts";
import { seriesKey } from "../counters/samples.ts";

export type Sample = readonly [at: number, value: number];

/** A series, as far as it is kept. */
export interface Kept {
  readonly labels: SeriesSamples["labels"];
  readonly samples: Sample[];
  read: number;
  /** Time of the last sample that was read. */
  lastAt: number;
}

/** One query's answers so far. */
export interface Answer {
  readonly series: Map<string, Kept>;
  readonly warnings: Set<string>;
  readonly infos: Set<string>;
  retries: number;
  failure: QueryOutcome | null;
}

/** What is new of a series in a chunk. */
export interface Fresh {
  readonly key: string;
  readonly kept: Kept;
  /** Time of the last sample before these. */
  readonly after: number;
  readonly samples: readonly Sample[];
}

export function createAnswer(): Answer {
  return { series: new Map(), warnings: new Set(), infos: new Set(), retries: 0, failure: null };
}

/** Adds what was answered, without its samples; answers what is new in it. */
export function takeAnswer(answer: Answer, outcome: QueryOutcome): readonly Fresh[] {
  if (outcome.kind !== "ok") {
    answer.failure ??= outcome;
    return [];
  }
  answer.retries += outcome.retries ?? 0;
  for (const warning of outcome.warnings) answer.warnings.add(warning);
  for (const info of outcome.infos) answer.infos.add(info);
  return outcome.series.flatMap(({ labels, samples }) => {
    const key = seriesKey(labels);
    const kept = answer.series.get(key) ?? { labels, samples: [], read: 0, lastAt: Number.NEGATIVE_INFINITY };
    answer.series.set(key, kept);
    const after = kept.lastAt;
    // Before 3.0 both ends of a range belong to it: a sample between two chunks is in both.
    const fresh = (samples[0]?.[0] ?? 0) > after ? samples : samples.filter(([at]) => at > after);
    kept.read += fresh.length;
    kept.lastAt = fresh.at(-1)?.[0] ?? after;
    return fresh.length === 0 ? [] : [{ key, kept, after, samples: fresh }];
  });
}

/** What was kept of all answers, as one; the first failure if there was one. */
export function wholeAnswer(answer: Answer, more: (kept: Kept) => Partial<SeriesSamples>): QueryOutcome {
  if (answer.failure !== null) return answer.failure;
  return {
    kind: "ok",
    series: [...answer.series.values()].map((kept) => ({
      labels: kept.labels,
      samples: kept.samples,
      read: kept.read,
      ...more(kept),
    })),
    warnings: [...answer.warnings],
    infos: [...answer.infos],
    ...(answer.retries === 0 ? {} : { retries: answer.retries }),
  };
}
