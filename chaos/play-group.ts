import { messageOf } from "../lib/errors.ts";
import type { ExperimentPlan, FaultPlan } from "../lib/run/plan.ts";
import { joinProofs, measureAll, readyFault, targetsOf, targetsText } from "./active-fault.ts";
import type { ActiveFault } from "./active-fault.ts";
import { askProbes } from "./ask-probes.ts";
import { checkBlastRadius } from "./blast-radius.ts";
import type { EngineWorld } from "./engine-world.ts";
import type { FaultGroup } from "./group-faults.ts";
import { holdFaults } from "./hold-faults.ts";
import { refuseShared } from "./refuse-shared.ts";
import { targetRef } from "./target.ts";
import { createAttempt } from "./undo-open.ts";

/** A held fault of a run that was cut short is looked at once more, so long at the most. */
const LAST_LOOK_MS = 5000;
/** An injection that got no answer may still be done: so much later it is undone once more. */
const LATE_MS = 3000;

export interface GroupOptions {
  readonly experiment: ExperimentPlan;
  readonly group: FaultGroup;
  /** The first id in the journal that is free. */
  readonly firstId: number;
}

/**
 * Plays the faults of a group: all are injected, one after another, or none stays; all are proven, held, undone in reverse, and seen to be over. Answers
 * how many ids it took. Rejects with the signal's reason when aborted, after undoing.
 */
export async function playGroup(world: EngineWorld, { experiment, group, firstId }: GroupOptions): Promise<number> {
  const { env, emit, signal } = world;
  const active = await claimGroup(world, { experiment, group, firstId });
  if (active === null) return group.faults.length;
  const injectedAt = nowOf(world);
  const injectedMs = env.clock.monotonicMs();
  const holdUntilMs = injectedMs + group.holdSeconds * 1000;
  const watches: Promise<void>[] = [];
  const unsure = new Set<ActiveFault>();
  try {
    emit({ type: "phase", phase: `fault/${group.name}` }, injectedAt);
    if ((await injectAll(world, group, { active, unsure })) && (await proveAll(world, group, active))) {
      watches.push(emitUndoProofs(world, ofNature(active, "instant"), signal));
      await holdFaults(world, { experiment, group: group.name, active, injectedMs, holdUntilMs });
    }
  } finally {
    await undoHeld(world, active, unsure);
    // An instant fault's phase lasts until its target is back; whoever ends the run does not wait for that.
    if (!signal.aborted) await Promise.allSettled(watches);
    await undoFaults(world, ofNature(active, "instant").toReversed(), unsure);
  }
  signal.throwIfAborted();
  await emitUndoProofs(world, watches.length > 0 ? ofNature(active, "held") : active, signal);
  signal.throwIfAborted();
  emit({ type: "phase", phase: `recovery/${group.name}` });
  await askProbes(world, experiment, {
    when: "after",
    group: group.name,
    untilMs: env.clock.monotonicMs() + group.recoverySeconds * 1000,
  });
  return active.length;
}

/** Looks at the targets as they are now, takes their locks and writes the intents; null, and told, where that can't be done. */
async function claimGroup(
  world: EngineWorld,
  { experiment, group, firstId }: GroupOptions,
): Promise<readonly ActiveFault[] | null> {
  const { signal } = world;
  const active: ActiveFault[] = [];
  const intended: number[] = [];
  try {
    for (const plan of group.faults) active.push(...(await readyFault(world, plan, firstId + active.length)));
    checkBlastRadius(group.name, targetsOf(active), experiment.blastRadius);
    refuseShared(active);
    // Looking at targets takes time, in which the run may have been ended.
    signal.throwIfAborted();
    const locks = [...new Set(active.flatMap(({ ready }) => ready.locks))];
    await world.claim(locks, () => {
      for (const one of active) {
        intended.push(one.id);
        writeIntent(world, one);
      }
    });
    signal.throwIfAborted();
    return active;
  } catch (error) {
    // Nothing was injected.
    for (const id of intended) writeUndone(world, id);
    signal.throwIfAborted();
    for (const plan of group.faults) emitUnproven(world, plan, messageOf(error));
    return null;
  }
}

function writeIntent({ journal, env }: EngineWorld, { id, plan, ready, target }: ActiveFault): void {
  journal.write({
    type: "intent",
    id,
    fault: plan.name,
    kind: plan.kind,
    target: targetRef(target),
    undo: ready.undoRecord,
    locks: [...ready.locks],
    at: env.clock.now() / 1000,
  });
}

/** Injects all of them in order; answers false where one could not be, which ends the group. `unsure` gets the one of which nobody knows what became of it. */
async function injectAll(
  world: EngineWorld,
  group: FaultGroup,
  { active, unsure }: { readonly active: readonly ActiveFault[]; readonly unsure: Set<ActiveFault> },
): Promise<boolean> {
  const { emit, journal } = world;
  for (const [index, plan] of group.faults.entries()) {
    const own = active.filter((one) => one.plan === plan);
    const at = nowOf(world);
    try {
      for (const one of own) {
        unsure.add(one);
        await one.ready.inject();
        unsure.delete(one);
        journal.write({ type: "injected", id: one.id, at: nowOf(world) });
      }
    } catch (error) {
      if (world.signal.aborted) throw world.signal.reason;
      emitUnproven(world, plan, messageOf(error));
      for (const other of group.faults.slice(index + 1)) {
        emitUnproven(world, other, `it was not injected: ${plan.name} could not be`);
      }
      return false;
    }
    emit({ type: "fault-injected", fault: plan.name, target: targetsText(own), settledAt: nowOf(world) }, at);
  }
  return true;
}

/** Proves all of them; answers whether every fault had its effect. */
async function proveAll(world: EngineWorld, group: FaultGroup, active: readonly ActiveFault[]): Promise<boolean> {
  const proven = await Promise.all(
    group.faults.map(async (plan) => {
      const askedAt = nowOf(world);
      const own = active.filter((one) => one.plan === plan);
      const proof = joinProofs(await measureAll(own, (ready) => ready.prove(world.signal)));
      world.signal.throwIfAborted();
      if (proof.held && proof.measurement !== null) {
        world.emit({ type: "fault-proven", fault: plan.name, measurement: proof.measurement, askedAt });
        return true;
      }
      const { measurement, message } = proof;
      world.emit({ type: "fault-unproven", fault: plan.name, measurement, message });
      return false;
    }),
  );
  return proven.every(Boolean);
}

async function undoHeld(
  world: EngineWorld,
  active: readonly ActiveFault[],
  unsure: ReadonlySet<ActiveFault>,
): Promise<void> {
  const held = ofNature(active, "held");
  if (held.length === 0) return;
  world.emit({ type: "phase", phase: "settle" });
  await undoFaults(world, held.toReversed(), unsure);
  // A run that was cut short still looks whether a held fault is over.
  if (world.signal.aborted) await emitUndoProofs(world, held, AbortSignal.timeout(LAST_LOOK_MS));
}

/** Undoes in the given order, going on past failures. */
async function undoFaults(
  world: EngineWorld,
  faults: readonly ActiveFault[],
  unsure: ReadonlySet<ActiveFault>,
): Promise<void> {
  const { env, emit } = world;
  const attempt = createAttempt(env);
  const left = new Set<FaultPlan>();
  for (const fault of faults) {
    const { id, plan, ready, target } = fault;
    let failure = await attempt(ready.undo);
    if (failure === null && unsure.has(fault)) {
      await env.clock.sleep(LATE_MS);
      failure = await attempt(ready.undo);
    }
    if (failure === null) {
      writeUndone(world, id);
      continue;
    }
    left.add(plan);
    const command = `proofload chaos recover, or by hand: ${ready.undoCommand}`;
    emit({
      type: "fault-left-behind",
      fault: plan.name,
      message: `${targetRef(target)}: ${failure}`,
      command,
    });
  }
  const plans = new Set(faults.map(({ plan }) => plan));
  for (const plan of plans) if (!left.has(plan)) emit({ type: "fault-undone", fault: plan.name });
}

/** What can't be written down must not keep the next fault from being undone; what is undone twice does no harm. */
function writeUndone(world: EngineWorld, id: number): void {
  try {
    world.journal.write({ type: "undone", id, at: nowOf(world) });
  } catch (error) {
    world.emit({ type: "note", text: `the journal could not be written: ${messageOf(error)}` });
  }
}

async function emitUndoProofs(world: EngineWorld, faults: readonly ActiveFault[], signal: AbortSignal): Promise<void> {
  const plans = [...new Set(faults.map(({ plan }) => plan))];
  await Promise.all(
    plans.map(async (plan) => {
      const askedAt = nowOf(world);
      const own = faults.filter((one) => one.plan === plan);
      const proof = joinProofs(await measureAll(own, (ready) => ready.proveUndone(signal)));
      // Nobody looked to the end: the timeline says that the run was cut short.
      if (signal.aborted && !proof.held) return;
      const { held, measurement, message } = proof;
      if (held && measurement !== null) {
        world.emit({ type: "undo-proven", fault: plan.name, measurement, askedAt });
      } else {
        world.emit({ type: "undo-unproven", fault: plan.name, measurement, message });
      }
    }),
  );
}

function ofNature(active: readonly ActiveFault[], nature: FaultPlan["nature"]): readonly ActiveFault[] {
  return active.filter(({ plan }) => plan.nature === nature);
}

/** Tells that a fault had no measured effect, and why. */
export function emitUnproven({ emit }: EngineWorld, { name }: FaultPlan, message: string): void {
  emit({ type: "fault-unproven", fault: name, measurement: null, message });
}

function nowOf({ env }: EngineWorld): number {
  return env.clock.now() / 1000;
}
