import type { PhaseWindow } from "../../lib/run/phase.ts";

/** When the load of every fixture started, in Unix seconds: 2025-06-14 09:31:07 UTC. */
export const LOAD_START = 1_749_893_467;

/** The phases of the fixtures, in seconds after the load's start. */
export const TIMELINE = [
  { phase: "warmup", startSeconds: 0, endSeconds: 5 },
  { phase: "baseline", startSeconds: 5, endSeconds: 17 },
  { phase: "fault/latency", startSeconds: 17, endSeconds: 27 },
  { phase: "recovery/latency", startSeconds: 27, endSeconds: 30 },
  { phase: "fault/process-kill", startSeconds: 30, endSeconds: 34 },
  { phase: "recovery/process-kill", startSeconds: 34, endSeconds: 40 },
] as const;

/** The phases as they were, up to a moment after the load's start. */
export function phasesUntil(endSeconds: number): readonly PhaseWindow[] {
  return TIMELINE.filter(({ startSeconds }) => startSeconds < endSeconds).map((phase) => ({
    phase: phase.phase,
    from: LOAD_START + phase.startSeconds,
    to: LOAD_START + Math.min(phase.endSeconds, endSeconds),
  }));
}
