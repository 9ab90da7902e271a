/** Moments in time are Unix seconds (with fractions), as in Prometheus. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * One phase of a run. Its name is an instance (`warmup`, `baseline`, `fault/latency`, `recovery/latency`, `settle`);
 * warmup and settle are never judged.
 */
export interface PhaseWindow extends Window {
  readonly phase: string;
}

/** Whether a phase's name fits a gate's pattern: the name itself, or a prefix ending in `/*`. */
export function phaseMatches(pattern: string, phase: string): boolean {
  return pattern.endsWith("/*") ? phase.startsWith(pattern.slice(0, -1)) : pattern === phase;
}

/** Whether a gate may judge this phase at all. */
export function isJudgedPhase(phase: string): boolean {
  return phase !== "warmup" && phase !== "settle";
}
