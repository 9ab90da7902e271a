import exec from "k6/execution";
import { Trend } from "k6/metrics";

/** A planned phase: its name, and the second of the load in which it begins. */
type Phase = readonly [name: string, startSeconds: number];

const PHASES = JSON.parse(__ENV["PROOFLOAD_PHASES"] ?? "[]") as readonly Phase[];
const RATE = Number(__ENV["PROOFLOAD_RATE"] ?? "0");
/** One iteration in so many says how late it started. */
const LAG_EVERY = 10;

const startLag = new Trend("iteration_start_lag", true);
let phaseIndex = -1;

/** Wraps a journey: tags the phase (for people to look at; the gate takes phases from the timeline) and measures start-lag. */
export function iteration(journey: () => void): () => void {
  return () => {
    const elapsedMs = Date.now() - exec.scenario.startTime;
    tagPhase(elapsedMs / 1000);
    const index = exec.scenario.iterationInTest;
    if (RATE > 0 && index % LAG_EVERY === 0) startLag.add(Math.max(0, elapsedMs - (index * 1000) / RATE));
    journey();
  };
}

function tagPhase(elapsedSeconds: number): void {
  const next = PHASES.findLastIndex(([, startSeconds]) => elapsedSeconds >= startSeconds);
  const phase = PHASES[next];
  // Setting a tag costs: only when it changes.
  if (next === phaseIndex || phase === undefined) return;
  phaseIndex = next;
  [exec.vu.metrics.tags["phase"]] = phase;
}
