import type { Window } from "../lib/run/phase.ts";

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
    const own = presences.filter((one) => one.job === job).toSorted((a, b) => a.from - b.from);
    const absences: Absence[] = [];
    let until = Number.NEGATIVE_INFINITY;
    for (const { from, to } of own) {
      const hole = { from: Math.max(until, window.from), to: Math.min(from, window.to) };
      if (hole.to > hole.from) {
        const rateOf = (edge: (one: Presence) => number, at: number): number =>
          own.reduce((sum, one) => sum + (Math.abs(edge(one) - at) <= slackSeconds ? one.rate : 0), 0);
        const rate = Math.max(
          rateOf((one) => one.to, until),
          rateOf((one) => one.from, from),
        );
        absences.push({ job, ...hole, lost: Math.ceil(rate * (hole.to - hole.from)) });
      }
      until = Math.max(until, to);
    }
    return absences;
  });
}
