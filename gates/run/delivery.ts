import type { LoadEvidence, PhaseLoadEvidence } from "../../lib/run/evidence.ts";
import { highestLevel, plannedIterations } from "../../lib/run/load.ts";
import type { LoadPlan } from "../../lib/run/load.ts";
import type { LoadEnd } from "./load-end.ts";

/** What of the load was delivered; `planned` is null for a closed model, the rest where it was not observed. */
export interface Delivery {
  readonly planned: number | null;
  readonly started: number | null;
  readonly cpuShare: number | null;
  readonly startLagP99Seconds: number | null;
}

/** k6 tells its counts once a second, so those of two moments may be off by what was finished in so many seconds. */
const COUNTED_WITHIN_SECONDS = 2;

/** What was delivered of everything planned after the warm-up, until the load ended as planned or for an objective that broke. */
export function deliveryOfRun(load: LoadPlan, evidence: LoadEvidence | null, end: LoadEnd): Delivery {
  const until =
    end.broke === null || end.startedAt === null
      ? load.durationSeconds
      : Math.min(load.durationSeconds, end.broke.at - end.startedAt);
  const area = plannedIterations(load, load.warmupSeconds, until);
  const planned = area === null ? null : Math.round(area);
  // What was under way when the load was ended had been started.
  const underWay = end.broke === null ? 0 : (evidence?.vusPeak ?? 0);
  return {
    planned,
    started: evidence === null ? null : startedOf(evidence, planned, underWay),
    cpuShare: evidence?.cpuShare ?? null,
    startLagP99Seconds: evidence?.startLagP99Seconds ?? null,
  };
}

/** What was delivered in one phase; `startedAt` is the load's start in Unix seconds. */
export function deliveryOfPhase(load: LoadPlan, phase: PhaseLoadEvidence, startedAt: number): Delivery {
  const { window, cpuShare, startLagP99Seconds } = phase;
  const [from, to] = [window.from - startedAt, window.to - startedAt];
  const planned = plannedIterations(load, from, to);
  const slack = highestLevel(load, from, to) * COUNTED_WITHIN_SECONDS;
  return { planned, started: startedOf(phase, planned, slack), cpuShare, startLagP99Seconds };
}

/** Several phases as one: the sum of what was planned and started, and the worst of the generator. */
export function sumDeliveries(deliveries: readonly Delivery[]): Delivery {
  return {
    planned: combine(deliveries, "planned", (a, b) => a + b),
    started: combine(deliveries, "started", (a, b) => a + b),
    cpuShare: combine(deliveries, "cpuShare", Math.max),
    startLagP99Seconds: combine(deliveries, "startLagP99Seconds", Math.max),
  };
}

function combine(
  deliveries: readonly Delivery[],
  key: keyof Delivery,
  both: (a: number, b: number) => number,
): number | null {
  const [first, ...others] = deliveries.map((one) => one[key]);
  return others.reduce<number | null>((a, b) => (a === null || b === null ? null : both(a, b)), first ?? null);
}

/**
 * The lower of what k6 finished and what it did not drop: the first is known to the next push only, the second not how it
 * ended. In a closed model nothing is dropped.
 */
function startedOf(
  { iterations, droppedIterations }: Pick<LoadEvidence, "iterations" | "droppedIterations">,
  planned: number | null,
  uncounted: number,
): number | null {
  if (iterations === null) return null;
  if (planned === null) return iterations;
  if (droppedIterations === null) return null;
  const finished = iterations + Math.min(uncounted, Math.max(0, planned - iterations));
  // A dropped iteration is a planned one; anything that is no number must stay one that is not.
  return droppedIterations === 0 ? finished : Math.min(finished, planned - droppedIterations);
}
