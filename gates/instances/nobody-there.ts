import type { Window } from "../../lib/run/phase.ts";

/** From when until when an instance was there (without bounds where it was before, or stayed), and the highest rate of its events, per second. */
export interface Presence extends Window {
  readonly job: string;
  readonly rate: number;
}

/** A time in which no instance of a job was there, and the events that it may have lost. */
export interface Absence extends Window {
  readonly job: string;
  readonly lost: number;
}

/**
 * The times in a window in which no instance of a job was there: the first one had not come, or the last one had gone. Nobody answered then, or Prometheus was away, and no
 * counter tells. What is lost is bounded by the rates of those that left right before, and of those that came right after.
 */
export function findAbsences(presences: readonly Presence[], window: Window, slackSeconds: number): readonly Absence[] {
  const jobs = [...new Set(presences.map(({ job }) => job))];
  return jobs.flatMap((job) => {
    const own = presences.filter((one) => one.job === job);
    const rateAt = (edge: keyof Window, at: number): number =>
      own.reduce((sum, one) => sum + (Math.abs(one[edge] - at) <= slackSeconds ? one.rate : 0), 0);
    return holesIn(own, window).map(({ from, to }) => {
      const rate = Math.max(rateAt("to", from), rateAt("from", to));
      return { job, from, to, lost: Math.ceil(rate * (to - from)) };
    });
  });
}

/** The times in a window in which none of some stretches lies, in order. */
export function holesIn(stretches: readonly Window[], { from, to }: Window): readonly Window[] {
  const holes: Window[] = [];
  let until = from;
  for (const stretch of stretches.toSorted((a, b) => a.from - b.from)) {
    if (stretch.from > until && until < to) holes.push({ from: until, to: Math.min(stretch.from, to) });
    until = Math.max(until, stretch.to);
  }
  return until < to ? [...holes, { from: until, to }] : holes;
}
