import type { RunEvent } from "../../lib/run/events.ts";
import type { FaultPlan } from "../../lib/run/plan.ts";
import type { FaultProof, FaultVerdict, Reason } from "../../lib/run/verdict.ts";

/** What became of the planned faults. */
export interface FaultsJudgement {
  readonly faults: readonly FaultVerdict[];
  /** What blocks a pass. */
  readonly reasons: readonly Reason[];
  /** What the service failed at: a target that did not come back. */
  readonly failures: readonly Reason[];
  /** Faults that may still be there, with the command that ends each. */
  readonly leftBehind: readonly Reason[];
}

/** Holds the timeline against the planned faults: each must have been injected, proven, undone, and proven undone. */
export function judgeFaults(planned: readonly FaultPlan[], events: readonly RunEvent[]): FaultsJudgement {
  const faults = planned.map((plan) => faultVerdict(plan, events));
  const endedEarly = events.some(({ type }) => type === "cut-short" || type === "objective-broke");
  const reasons: Reason[] = [];
  const failures: Reason[] = [];
  for (const [index, fault] of faults.entries()) {
    const instant = planned[index]?.nature === "instant";
    if (fault.proof.kind !== "proven") reasons.push({ code: "fault-not-proven", message: unprovenMessage(fault) });
    reasons.push(...unmet(fault.name, events));
    if (fault.injectedAt === null || fault.undoProof.kind === "proven") continue;
    // Nobody waited long enough in a run that was ended early.
    if (instant && fault.undoProof.kind === "unproven" && !endedEarly) {
      failures.push({ code: "not-recovered", message: notBackMessage(fault, fault.undoProof.message) });
    } else {
      reasons.push({ code: "fault-not-undone", message: notUndoneMessage(fault, instant) });
    }
  }
  return { faults, reasons, failures, leftBehind: leftBehind(events) };
}

function faultVerdict({ name, kind, target: planned }: FaultPlan, events: readonly RunEvent[]): FaultVerdict {
  const own = events.filter((event) => "fault" in event && event.fault === name);
  const injected = own.find((event) => event.type === "fault-injected");
  const injectedAt = injected?.at ?? null;
  // Of a selection it is known only then which were taken.
  const target = injected?.target ?? planned;
  const undoneAt = own.find(({ type }) => type === "fault-undone")?.at ?? null;
  let proof: FaultProof = { kind: "not-reached" };
  let undoProof: FaultProof = { kind: "not-reached" };
  let recoveredAt: number | null = null;
  for (const event of injectedAt === null ? [] : own) {
    if (event.type === "fault-proven" && proof.kind === "not-reached") {
      proof = { kind: "proven", measurement: event.measurement };
    } else if (event.type === "fault-unproven") {
      proof = { kind: "unproven", measurement: event.measurement, message: event.message };
    } else if (event.type === "undo-proven") {
      undoProof = { kind: "proven", measurement: event.measurement };
      recoveredAt = event.at;
    } else if (event.type === "undo-unproven") {
      undoProof = { kind: "unproven", measurement: event.measurement, message: event.message };
      recoveredAt = null;
    }
  }
  return { name, kind, target, injectedAt, undoneAt, recoveredAt, proof, undoProof };
}

/** That a fault was met by nobody. */
function unmet(name: string, events: readonly RunEvent[]): readonly Reason[] {
  return events.flatMap((event) =>
    event.type === "fault-unmet" && event.fault === name
      ? [{ code: "fault-not-met" as const, message: `${name}: ${event.message}` }]
      : [],
  );
}

/** Left-behind faults that were not seen to end afterwards. */
function leftBehind(events: readonly RunEvent[]): readonly Reason[] {
  return events.flatMap((event, index) => {
    if (event.type !== "fault-left-behind") return [];
    const ended = events
      .slice(index + 1)
      .some((later) => (later.type === "undo-proven" || later.type === "fault-undone") && later.fault === event.fault);
    if (ended) return [];
    const message = `${event.fault}: ${event.message}; to end it: ${event.command}`;
    return [{ code: "fault-not-undone" as const, message }];
  });
}

function unprovenMessage({ name, target, injectedAt, proof }: FaultVerdict): string {
  if (injectedAt === null) return `${name} was never injected into ${target}`;
  return proof.kind === "unproven"
    ? `${name} had no measured effect on ${target}: ${proof.message}`
    : `the effect of ${name} on ${target} was not measured`;
}

function notBackMessage({ name, target }: FaultVerdict, message: string): string {
  return `${name}: ${target} did not come back: ${message}`;
}

function notUndoneMessage({ name, target, undoProof }: FaultVerdict, instant: boolean): string {
  const what = instant ? `that ${target} came back after ${name}` : `that ${name} ended on ${target}`;
  return undoProof.kind === "unproven" ? `not seen ${what}: ${undoProof.message}` : `not seen ${what}`;
}
