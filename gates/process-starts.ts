import type { QueryOutcome, SeriesSamples } from "../lib/run/evidence.ts";
import { instanceOf } from "./instances.ts";
import { createAnswer, takeAnswer, wholeAnswer } from "./kept-answers.ts";
import type { Kept } from "./kept-answers.ts";

/** The metric by which client libraries tell when their process started, in Unix seconds. */
export const PROCESS_START = "process_start_time_seconds";
/** A start that moves by no more is the same one: a machine's clock is put right while a process runs, and Linux tells whole seconds. */
const SAME_SECONDS = 1;

/** When an instance was scraped, and when the process that answered had started: at its first scrape, and at those that met another process. */
export type ProcessStart = readonly [at: number, startedAt: number];

/** Keeps of answers about times that follow one another where a process is first seen, or is another one. */
export interface StartKeeper {
  /** Answers the instances at which that is, with the time of the last such scrape. */
  add(answer: QueryOutcome): ReadonlyMap<string, number>;
  finish(): QueryOutcome;
}

/** Makes a keeper of process starts. */
export function createStartKeeper(): StartKeeper {
  const answer = createAnswer();
  const last = new Map<Kept, number>();
  return {
    add: (outcome) => {
      const changed = new Map<string, number>();
      for (const { kept, samples } of takeAnswer(answer, outcome)) {
        for (const sample of samples) {
          const before = last.get(kept);
          const isSame = before !== undefined && Math.abs(sample[1] - before) <= SAME_SECONDS;
          if (!isSame) {
            kept.samples.push(sample);
            changed.set(instanceOf(kept).id, sample[0]);
          }
          last.set(kept, sample[1]);
        }
      }
      return changed;
    },
    finish: () => wholeAnswer(answer, () => ({})),
  };
}

/** The same of one answer. */
export function keepStarts(outcome: QueryOutcome): QueryOutcome {
  const keeper = createStartKeeper();
  keeper.add(outcome);
  return keeper.finish();
}

/** The starts of an instance's process. None where several series tell one: then it is several processes that count. */
export function startsOf(own: readonly SeriesSamples[]): readonly ProcessStart[] {
  const [only, second] = own;
  return only === undefined || second !== undefined ? [] : only.samples;
}

/** The times of the scrapes that met another process than the scrape before; the first that tells a start may meet one that did not run at the scrape before. */
export function restartsIn(starts: readonly ProcessStart[], scrapes: readonly number[]): readonly number[] {
  return starts
    .filter(([at, startedAt], index) => {
      const before = scrapes.findLast((scrape) => scrape < at);
      return index > 0 || (before !== undefined && startedAt > before + SAME_SECONDS);
    })
    .map(([at]) => at);
}
