import { Trend } from "k6/metrics";

import type { Arrivals } from "./arrivals.ts";
import { iterationIndex } from "./iteration-index.ts";

/** Up to this rate every iteration says how late it started. */
const LOW_RATE = 50;
/** Above it, one in so many does. */
const LAG_EVERY = 10;

const startLag = new Trend("iteration_start_lag", true);
let arrivals: Arrivals | null = null;
let every = LAG_EVERY;
/** Iterations of this VU until the next one that says it; VUs begin in different places. */
let countdown = 0;

/** Sets when iterations are planned; null: nobody can say (a closed model). */
export function planStartLag(planned: Arrivals | null): void {
  arrivals = planned;
  every = planned !== null && planned.peakRate <= LOW_RATE ? 1 : LAG_EVERY;
  countdown = Math.floor(Math.random() * every);
}

/**
 * Measures how late an iteration started. Iterations that k6 dropped have no index, and shift all later ones alike; so do
 * the milliseconds that k6 needs to wake its VUs: whoever reads this takes the earliest as zero. Answers whether there is something to measure.
 */
export function addStartLag(elapsedMs: number): boolean {
  if (arrivals === null) return false;
  if (countdown > 0) {
    countdown -= 1;
    return true;
  }
  countdown = every - 1;
  const plannedMs = 1000 * arrivals.plannedSeconds(iterationIndex());
  startLag.add(Math.max(0, elapsedMs - plannedMs));
  return true;
}
