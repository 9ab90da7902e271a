import { messageOf } from "../lib/errors.ts";
import type { FaultPlan } from "../lib/run/plan.ts";
import type { EngineWorld } from "./engine-world.ts";
import type { Proof, ReadyFault } from "./fault.ts";
import { targetRef } from "./target.ts";
import type { Target } from "./target.ts";

/** A fault on one target: readied, and from its intent on to be undone. */
export interface ActiveFault {
  /** In the journal. */
  readonly id: number;
  readonly plan: FaultPlan;
  readonly target: Target;
  readonly ready: ReadyFault;
}

/** What of the engine's world a look at targets takes. */
export type LookWorld = Pick<EngineWorld, "env" | "runId" | "faults" | "findTargets" | "signal">;

/** Looks at every target of a fault; throws the first reason why it could not work. Ids are given from `firstId` on. */
export async function readyFault(world: LookWorld, plan: FaultPlan, firstId: number): Promise<readonly ActiveFault[]> {
  const fault = world.faults.find((one) => one.kind === plan.kind);
  if (fault === undefined) throw new Error(`no fault '${plan.kind}'`);
  const faultWorld = { env: world.env, runId: world.runId, signal: world.signal };
  const active: ActiveFault[] = [];
  for (const target of await world.findTargets(plan)) {
    const id = firstId + active.length;
    // What is made is named after it, so two targets of one fault must not share a name.
    const name = id === firstId ? plan.name : `${plan.name}-${active.length + 1}`;
    active.push({ id, plan, target, ready: await fault.ready(faultWorld, target, name, plan.settings) });
  }
  return active;
}

/** The targets of faults. */
export function targetsOf(faults: readonly ActiveFault[]): readonly Target[] {
  return faults.map(({ target }) => target);
}

/** The targets of a fault in a line: `process/store`, `container/a, container/b`. */
export function targetsText(faults: readonly ActiveFault[]): string {
  return faults.map(({ target }) => targetRef(target)).join(", ");
}

/** What was measured on one target. */
export interface TargetProof {
  readonly fault: ActiveFault;
  readonly proof: Proof;
}

/** Measures something of several targets at once; what can't be measured is not proven. */
export function measureAll(
  faults: readonly ActiveFault[],
  measure: (ready: ReadyFault) => Promise<Proof>,
): Promise<readonly TargetProof[]> {
  return Promise.all(
    faults.map(async (fault) => {
      try {
        return { fault, proof: await measure(fault.ready) };
      } catch (error) {
        return { fault, proof: { held: false, measurement: null, message: messageOf(error) } };
      }
    }),
  );
}

/** One proof of all targets: it holds if all do, and is told by the first that does not, or else by the one that was affected least. */
export function joinProofs(proofs: readonly TargetProof[]): Proof {
  const missed = proofs.find(({ proof }) => !proof.held || proof.measurement === null);
  const weakest = proofs.toSorted((a, b) => measuredOf(a) - measuredOf(b))[0];
  const told = missed ?? weakest;
  if (told === undefined) return { held: false, measurement: null, message: "there is no target" };
  const where = proofs.length === 1 ? "" : `${targetRef(told.fault.target)}: `;
  return {
    held: missed === undefined,
    measurement: told.proof.measurement,
    message: `${where}${told.proof.message}`,
  };
}

function measuredOf({ proof }: TargetProof): number {
  return proof.measurement?.measured ?? Number.NEGATIVE_INFINITY;
}
