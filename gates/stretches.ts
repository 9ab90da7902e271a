import type { GateQuestion } from "../lib/run/gate-record.ts";
import type { Window } from "../lib/run/phase.ts";
import { sliceWindows } from "./slices/slice-windows.ts";

/** Windows longer than this are judged stretch by stretch. */
const LONG_SECONDS = 6 * 3600;
/** A long window has about so many stretches, however long it is. */
const STRETCHES = 240;
const WHOLE_SECONDS = 300;

/**
 * How long the stretches of a long window are, in seconds: from the first scrape in one to the first in the next its events are taken together. Null for a
 * window that is judged scrape by scrape.
 */
export function stretchSecondsOf({ from, to }: Window): number | null {
  const seconds = to - from;
  return seconds > LONG_SECONDS ? Math.ceil(seconds / STRETCHES / WHOLE_SECONDS) * WHOLE_SECONDS : null;
}

/** The times, in order, on both sides of which the samples of a long window are needed: its edges, those of its stretches and slices, and of what is left out. */
export function marksOf({ window, excluded = [], objectives }: GateQuestion, read: Window): readonly number[] {
  const marks = new Set([window.from, window.to, ...excluded.flatMap(({ from, to }) => [from, to])]);
  const stretch = stretchSecondsOf(window) ?? WHOLE_SECONDS;
  for (let at = Math.ceil(read.from / stretch) * stretch; at <= read.to; at += stretch) marks.add(at);
  const slices = new Set(objectives.flatMap((objective) => objective.slices?.seconds ?? []));
  for (const seconds of slices) {
    for (const { from, to } of sliceWindows(window, seconds)) {
      marks.add(from);
      marks.add(to);
    }
  }
  return [...marks].toSorted((a, b) => a - b);
}
