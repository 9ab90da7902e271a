import type { QueryOutcome, SeriesSamples } from "../../lib/run/evidence.ts";
import { instanceOf } from "./instances.ts";
import { createAnswer, takeAnswer, wholeAnswer } from "../evidence/kept-answers.ts";
import type { Kept } from "../evidence/kept-answers.ts";

/** The metric by which client libraries tell when their process started, in Unix seconds. */
export const PROCESS_START = "process_start_time_seconds";
/** A start that moves by no more is the same one: a machine's clock is put right while a process runs, and Linux tells whole seconds. */
const SAME_SECONDS = 1;

/** When an instance was scraped, and when the process that answered had started: at its first scrape, at those that met another process, and at the last one that told. */
export type ProcessStart = readonly [at: number, startedAt: number];

/** Keeps of answers about times that follow one another where a process is first seen, is another one, or is told of for the last time. */
export interface StartKeeper {
  /** Answers the instances whose process is first seen or another one, with the time of the last such scrape. */
  add(answer: QueryOutcome): ReadonlyMap<string, number>;
  finish(): QueryOutcome;
}

/** Makes a keeper of process starts. */
export function createStartKeeper(): StartKeeper {
  const answer = createAnswer();
  const last = new Map<Kept, ProcessStart>();
  return {
    add: (outcome) => {
      const changed = new Map<string, number>();
      for (const { kept, samples } of takeAnswer(answer, outcome)) {
        for (const sample of samples) {
          const before = last.get(kept)?.[1];
          const isSame = before !== undefined && Math.abs(sample[1] - before) <= SAME_SECONDS;
          if (!isSame) {
            kept.samples.push(sample);
            changed.set(instanceOf(kept).id, sample[0]);
          }
          last.set(kept, sample);
        }
      }
      return changed;
    },
    finish: () =>
      wholeAnswer(answer, (kept) => {
        const [lastAt] = last.get(kept) ?? [];
        const [at, startedAt] = kept.samples.at(-1) ?? [];
        if (lastAt === undefined || at === undefined || startedAt === undefined || lastAt === at) return {};
        // The same process, whatever the clock has done since.
        return { samples: [...kept.samples, [lastAt, startedAt]] };
      }),
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

/**
 * The times of the scrapes that met another process than the scrape before. The first that tells a start may meet one that did not run at the scrape before; one
 * that tells none, where those before did, may meet any.
 */
export function restartsIn(starts: readonly ProcessStart[], scrapes: readonly number[]): readonly number[] {
  const told = starts.filter(([at, startedAt], index) => {
    const before = scrapes.findLast((scrape) => scrape < at);
    return index > 0 ? startedAt !== starts[index - 1]?.[1] : before !== undefined && startedAt > before + SAME_SECONDS;
  });
  const lastTold = starts.at(-1)?.[0];
  const silent = lastTold === undefined ? undefined : scrapes.find((at) => at > lastTold);
  return [...told.map(([at]) => at), ...(silent === undefined ? [] : [silent])];
}
