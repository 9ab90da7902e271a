import exec from "k6/execution";

import type { KitNote } from "./note.ts";

/** A planned phase: its name, and the second of the load in which it begins. */
type Phase = readonly [name: string, startSeconds: number];

let phases: readonly Phase[] = [];
let next = 0;
/** When the next phase begins, in ms of the load: what every iteration asks first. */
let nextMs = Infinity;

/** Sets the timeline: PROOFLOAD_PHASES, or, in a run by hand, the shape's own. */
export function planPhases({ warmupSeconds, phases: own }: KitNote): void {
  const given = __ENV["PROOFLOAD_PHASES"];
  phases =
    given === undefined
      ? [
          ...(warmupSeconds > 0 ? [["warmup", 0] as const] : []),
          ...(own.length > 0 ? own : [{ phase: "baseline", startSeconds: warmupSeconds }]).map(
            ({ phase, startSeconds }) => [phase, startSeconds] as const,
          ),
        ]
      : (JSON.parse(given) as readonly Phase[]);
  next = 0;
  nextMs = (phases[0]?.[1] ?? Infinity) * 1000;
}

/** Tags what the VU measures with the phase: for people to look at and for k6's thresholds; the gate takes phases from the timeline. Answers whether a phase is yet to come. */
export function tagPhase(elapsedMs: number): boolean {
  // Setting a tag costs: only when it changes.
  if (elapsedMs < nextMs) return nextMs !== Infinity;
  while (next < phases.length && elapsedMs >= (phases[next]?.[1] ?? Infinity) * 1000) next += 1;
  nextMs = (phases[next]?.[1] ?? Infinity) * 1000;
  const current = phases[next - 1];
  if (current !== undefined) [exec.vu.metrics.tags["phase"]] = current;
  return nextMs !== Infinity;
}
