import type { FaultVerdict, LoadVerdict, ObjectiveVerdict, RunVerdict } from "../../lib/run/verdict.ts";
import { PLAN } from "./fixture-plan.ts";
import { judged } from "./fixture-objectives.ts";
import { LOAD_START, phasesUntil } from "./timeline.ts";

type Counts = readonly (readonly [good: number, total: number] | null)[];

/** The plan's objectives with these counts of good and all events, in the plan's order. */
export function objectivesWith(counts: Counts): readonly ObjectiveVerdict[] {
  return PLAN.gate.objectives.map((objective, index) => {
    const count = counts[index] ?? null;
    return judged(objective, count === null ? null : { good: count[0], total: count[1] });
  });
}

/** What a run counts in which all goes well. */
export const GOOD_COUNTS: Counts = [
  [7200, 7200],
  [7196, 7200],
  [6000, 6000],
  [5988, 6000],
  [1800, 1800],
  [1452, 2400],
  [3597, 3600],
];

/** Both faults, proven and undone. */
export const FAULTS: readonly FaultVerdict[] = [
  {
    name: "latency",
    kind: "latency",
    target: "proxy checkout",
    injectedAt: LOAD_START + 17.1,
    undoneAt: LOAD_START + 27.2,
    recoveredAt: LOAD_START + 27.4,
    proof: {
      kind: "proven",
      measurement: {
        what: "median round trip through the proxy",
        unit: "ms",
        before: 1.3,
        asked: 120,
        measured: 121.8,
      },
    },
    undoProof: {
      kind: "proven",
      measurement: {
        what: "median round trip through the proxy",
        unit: "ms",
        before: 121.8,
        asked: null,
        measured: 1.4,
      },
    },
  },
  {
    name: "process-kill",
    kind: "process-kill",
    target: "process checkout",
    injectedAt: LOAD_START + 30.1,
    undoneAt: null,
    recoveredAt: LOAD_START + 31.7,
    proof: {
      kind: "proven",
      measurement: { what: "connections refused", unit: "of 5", before: 0, asked: 5, measured: 5 },
    },
    undoProof: {
      kind: "proven",
      measurement: { what: "time until it answered again", unit: "s", before: null, asked: null, measured: 1.58 },
    },
  },
];

/** A load that was delivered. */
export const LOAD: LoadVerdict = {
  plannedIterations: 24_000,
  startedIterations: 24_000,
  deliveredShare: 1,
  requests: 24_000,
  requestsSeenByService: 23_049,
  cpuShare: 0.31,
  startLagP99Seconds: 0.004,
  reasons: [],
};

/** The verdict of a run in which all goes well. */
export const PASS_VERDICT: RunVerdict = {
  schemaVersion: 1,
  runId: PLAN.runId,
  verdict: "pass",
  exitCode: 0,
  summary: "All 7 objectives were met, and both faults had their effect and are gone.",
  reasons: [],
  objectives: objectivesWith(GOOD_COUNTS),
  faults: FAULTS,
  load: LOAD,
  capacity: null,
  phases: phasesUntil(40),
  confidence: 0.95,
};
