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

/** Windows in order, those that overlap or touch each other as one. */
export function joinWindows(windows: readonly Window[]): readonly Window[] {
  const apart: Window[] = [];
  for (const { from, to } of windows.toSorted((a, b) => a.from - b.from)) {
    const last = apart.at(-1);
    if (last === undefined || from > last.to) apart.push({ from, to });
    else apart[apart.length - 1] = { from: last.from, to: Math.max(last.to, to) };
  }
  return apart;
}
