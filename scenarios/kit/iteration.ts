import exec from "k6/execution";
import { Trend } from "k6/metrics";

import { climbIterations } from "./shape.ts";

/** A planned phase: its name, and the second of the load in which it begins. */
type Phase = readonly [name: string, startSeconds: number];

const PHASES = JSON.parse(__ENV["PROOFLOAD_PHASES"] ?? "[]") as readonly Phase[];
const RATE = Number(__ENV["PROOFLOAD_RATE"] ?? "0");
const WARMUP_SECONDS = Number(__ENV["PROOFLOAD_WARMUP_SECONDS"] ?? "0");
/** One iteration in so many says how late it started. */
const LAG_EVERY = 10;
const WARMUP_ITERATIONS = climbIterations({ rate: RATE, warmupSeconds: WARMUP_SECONDS });

const startLag = new Trend("iteration_start_lag", true);
let phaseIndex = -1;

/** Wraps a journey: tags the phase (for people to look at; the gate takes phases from the timeline) and measures start-lag. */
export function iteration(journey: () => void): () => void {
  return () => {
    const elapsedMs = Date.now() - exec.scenario.startTime;
    tagPhase(elapsedMs / 1000);
    addStartLag(elapsedMs, exec.scenario.iterationInTest);
    journey();
  };
}

/**
 * How late an iteration started. After the warm-up they are planned at even distances; those that k6 dropped have no index,
 * and shift all later ones alike: whoever reads this takes the earliest as zero.
 */
function addStartLag(elapsedMs: number, index: number): void {
  if (RATE === 0 || index % LAG_EVERY !== 0 || elapsedMs < WARMUP_SECONDS * 1000) return;
  const plannedMs = 1000 * (WARMUP_SECONDS + (index - WARMUP_ITERATIONS) / RATE);
  startLag.add(Math.max(0, elapsedMs - plannedMs));
}

function tagPhase(elapsedSeconds: number): void {
  const next = PHASES.findLastIndex(([, startSeconds]) => elapsedSeconds >= startSeconds);
  const phase = PHASES[next];
  // Setting a tag costs: only when it changes.
  if (next === phaseIndex || phase === undefined) return;
  phaseIndex = next;
  [exec.vu.metrics.tags["phase"]] = phase;
}
