import type { RunEvent } from "../../lib/run/events.ts";
import type { FaultVerdict } from "../../lib/run/verdict.ts";
import { PLAN } from "./fixture-plan.ts";
import { LOAD_START, TIMELINE } from "./timeline.ts";

/** The timeline of a run of which the load lasted so many seconds. */
export function fixtureEvents(seconds: number, faults: readonly FaultVerdict[]): readonly RunEvent[] {
  const events: readonly RunEvent[] = [
    { at: LOAD_START - 2.1, type: "run-started", runId: PLAN.runId },
    { at: LOAD_START - 1.8, type: "process-started", process: "checkout", pid: 4711 },
    { at: LOAD_START, type: "load-started" },
    ...TIMELINE.map(({ phase, startSeconds }) => ({ at: LOAD_START + startSeconds, type: "phase" as const, phase })),
    ...faults.flatMap((fault) => faultEvents(fault)),
  ];
  return [
    ...events.filter(({ at }) => at < LOAD_START + seconds).toSorted((a, b) => a.at - b.at),
    { at: LOAD_START + seconds, type: "load-ended", k6ExitCode: 0 },
    { at: LOAD_START + seconds + 5.6, type: "run-ended" },
  ];
}

function faultEvents({ name, target, injectedAt, undoneAt, proof, undoProof }: FaultVerdict): readonly RunEvent[] {
  return [
    ...(injectedAt === null ? [] : [{ at: injectedAt, type: "fault-injected" as const, fault: name, target }]),
    ...(injectedAt === null || proof.kind !== "proven"
      ? []
      : [{ at: injectedAt + 0.4, type: "fault-proven" as const, fault: name, measurement: proof.measurement }]),
    ...(undoneAt === null ? [] : [{ at: undoneAt, type: "fault-undone" as const, fault: name }]),
    ...(undoneAt === null || undoProof.kind !== "proven"
      ? []
      : [{ at: undoneAt + 0.2, type: "undo-proven" as const, fault: name, measurement: undoProof.measurement }]),
  ];
}
