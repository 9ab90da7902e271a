import type { QueryOutcome } from "../run/evidence.ts";
import type { Window } from "../run/phase.ts";
import { joinOutcomes } from "./join-outcomes.ts";

/** The most that is asked for at once, unless told otherwise: a day of one series a second is a long answer. */
const CHUNK_SECONDS = 3600;

type Query = (promql: string, at: number) => Promise<QueryOutcome>;

/**
 * The raw samples of a plain selector in a window, as they were stored, both its ends included; read in chunks; a chunk that fails is the
 * outcome. Since 3.0 the beginning of a range does not belong to it: a millisecond more is asked for, and what only that held left out.
 */
export async function readRawSamples(
  query: Query,
  selector: string,
  window: Window,
  chunkSeconds: number = CHUNK_SECONDS,
): Promise<QueryOutcome> {
  const read: QueryOutcome[] = [];
  for (const { fromMs, toMs } of chunksOf(window, chunkSeconds)) {
    const outcome = await query(`${selector}[${toMs - fromMs + 1}ms]`, toMs / 1000);
    if (outcome.kind !== "ok") return outcome;
    read.push(since(outcome, fromMs / 1000));
  }
  return joinOutcomes(read);
}

interface Chunk {
  readonly fromMs: number;
  readonly toMs: number;
}

/** One after another without a hole, in whole milliseconds as Prometheus counts them. */
function chunksOf({ from, to }: Window, seconds: number): readonly Chunk[] {
  const [endMs, stepMs] = [Math.round(to * 1000), Math.max(1, Math.round(seconds * 1000))];
  const chunks: Chunk[] = [];
  let fromMs = Math.round(from * 1000);
  for (; endMs - fromMs > stepMs; fromMs += stepMs) chunks.push({ fromMs, toMs: fromMs + stepMs });
  return [...chunks, { fromMs, toMs: endMs }];
}

/** Without a first sample before the beginning, and without series that had nothing else. */
function since(outcome: Extract<QueryOutcome, { kind: "ok" }>, from: number): QueryOutcome {
  const series = outcome.series.flatMap((one) => {
    const samples = (one.samples[0]?.[0] ?? from) < from ? one.samples.slice(1) : one.samples;
    return samples.length === 0 ? [] : [{ ...one, samples }];
  });
  return { ...outcome, series };
}
