import type { Stage } from "./plan-stages.ts";

export interface Staircase {
  /** Level of the first step, as a share of the rate. */
  readonly from: number;
  /** Level of the last step. */
  readonly to: number;
  readonly steps: number;
  /** How long each step keeps its level, such as `20s`. */
  readonly hold: string;
  /** How long it takes to get from a step to the next. */
  readonly climb: string;
}

/** Stages of steps at even distances, each a phase of its own (`step/300`) that begins with the climb to it. */
export function staircase({ from, to, steps, hold, climb }: Staircase): readonly Stage[] {
  if (!(Number.isInteger(steps) && steps >= 2)) {
    throw new Error(`staircase: steps: expected a whole number from 2, found ${steps}`);
  }
  return Array.from({ length: steps }, (_, index) => from + ((to - from) * index) / (steps - 1)).flatMap(
    (level, index): readonly Stage[] => {
      const phase = "step/{level}";
      // The warm-up ends on the first step.
      if (index === 0) return [{ duration: hold, level, phase }];
      return [
        { duration: climb, level, phase },
        { duration: hold, level },
      ];
    },
  );
}
