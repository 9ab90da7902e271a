import { createAnswer, takeAnswer, wholeAnswer } from "../../gates/evidence/kept-answers.ts";
import type { Kept } from "../../gates/evidence/kept-answers.ts";
import type { CalmTime, QueryOutcome } from "../../lib/run/evidence.ts";

/** Takes answers about times that follow one another. */
export interface Stretches {
  add(outcome: QueryOutcome): void;
  finish(): QueryOutcome;
}

/** Evaluations this much further apart than they were asked for have a hole between them. */
const HOLE = 1.5;

/** Keeps of evaluations that follow one another the first and the last one only, so that a window of weeks takes no more than a short one. */
export function createStretches(stepSeconds: number): Stretches {
  const answer = createAnswer();
  const calm = new Map<Kept, CalmTime[]>();
  return {
    add: (outcome) => {
      for (const { kept, samples } of takeAnswer(answer, outcome)) {
        const own = calm.get(kept) ?? [];
        calm.set(kept, own);
        for (const sample of samples) {
          const [last, open] = [kept.samples.at(-1), own.at(-1)];
          const follows = last !== undefined && sample[0] - last[0] <= HOLE * stepSeconds;
          if (follows && open?.to === last[0]) {
            kept.samples.splice(-1, 1, sample);
            own.splice(-1, 1, { ...open, to: sample[0] });
          } else {
            kept.samples.push(sample);
            if (follows) own.push({ from: last[0], to: sample[0], longestSeconds: stepSeconds });
          }
        }
      }
    },
    finish: () =>
      wholeAnswer(answer, (kept) => {
        const own = calm.get(kept) ?? [];
        return own.length === 0 ? {} : { calm: own };
      }),
  };
}
