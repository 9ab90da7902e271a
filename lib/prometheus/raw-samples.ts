import type { QueryOutcome } from "../run/evidence.ts";
import type { Window } from "../run/phase.ts";
import { joinOutcomes } from "./join-outcomes.ts";

/** The most that is asked for at once, unless told otherwise: a day of one series a second is a long answer. */
const CHUNK_SECONDS = 3600;

type Query = (promql: string, at: number) => Promise<QueryOutcome>;

/** The raw samples of a plain selector in a window, as they were stored, read in chunks; a chunk that fails is the outcome. */
export async function readRawSamples(
  query: Query,
  selector: string,
  window: Window,
  chunkSeconds: number = CHUNK_SECONDS,
): Promise<QueryOutcome> {
  const read: QueryOutcome[] = [];
  for (const { from, to } of chunksOf(window, chunkSeconds)) {
    const outcome = await query(`${selector}[${Math.max(1, Math.ceil((to - from) * 1000))}ms]`, to);
    if (outcome.kind !== "ok") return outcome;
    read.push(outcome);
  }
  return joinOutcomes(read);
}

/** One after another without a hole. */
function chunksOf({ from, to }: Window, seconds: number): readonly Window[] {
  const chunks: Window[] = [];
  let start = from;
  while (to - start > seconds) {
    chunks.push({ from: start, to: start + seconds });
    start += seconds;
  }
  return [...chunks, { from: start, to }];
}
