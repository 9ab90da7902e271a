import type { Window } from "../../lib/run/phase.ts";

/** Rounding of times to milliseconds makes no slice longer or shorter. */
export const HAIR_SECONDS = 0.002;

/**
 * Lays slices of equal length into a window, one after another from its beginning. Where the end is no whole slice, one more
 * reaches back from it: nothing of the window goes unseen, and no slice is shorter than the others. Shorter windows have none.
 */
export function sliceWindows({ from, to }: Window, seconds: number): readonly Window[] {
  const whole = Math.floor((to - from + HAIR_SECONDS) / seconds);
  const slices = Array.from({ length: whole }, (_, index) => ({
    from: from + index * seconds,
    to: Math.min(to, from + (index + 1) * seconds),
  }));
  const rest = to - from - whole * seconds;
  return whole > 0 && rest > HAIR_SECONDS ? [...slices, { from: to - seconds, to }] : slices;
}

/** Whether all of a slice lies in a part of the window. */
export function holdsSlice(part: Window, { from, to }: Window): boolean {
  return from >= part.from - HAIR_SECONDS && to <= part.to + HAIR_SECONDS;
}
