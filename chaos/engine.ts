import type { Env } from "../lib/env.ts";
import { messageOf } from "../lib/errors.ts";
import type { RunEvent } from "../lib/run/events.ts";
import type { FaultPlan } from "../lib/run/plan.ts";
import type { Fault, Proof, ReadyFault } from "./fault.ts";
import type { Journal } from "./journal.ts";
import { findTarget } from "./target.ts";
import type { Target } from "./target.ts";
import { attempt } from "./undo-open.ts";

/** An event without its time, which the engine stamps. */
export type EventBody = RunEvent extends infer Event ? (Event extends RunEvent ? Omit<Event, "at"> : never) : never;

/** A held fault of a run that was cut short is looked at once more, so long at the most. */
const LAST_LOOK_MS = 5000;

export interface EngineWorld {
  readonly env: Env;
  readonly runId: string;
  readonly faults: readonly Fault[];
  readonly targets: readonly Target[];
  readonly journal: Journal;
  /** Adds to the timeline; `at` (Unix seconds) is now unless it is given. */
  readonly emit: (event: EventBody, at?: number) => void;
  /** Whether the load has ended: a fault without load would prove nothing. */
  readonly loadIsOver: () => boolean;
  /** Aborted when the run must end: then what is injected is undone before the engine returns. */
  readonly signal: AbortSignal;
}

/** Looks at every target before the load starts; throws the first reason why a fault could not work. */
export async function preflightFaults(world: EngineWorld, plans: readonly FaultPlan[]): Promise<void> {
  for (const plan of plans) await readyFault(world, plan);
}

/**
 * Plays the faults of an experiment one after another; `loadStartedMs` (monotonic) is where their times count from.
 * A fault without effect is undone at once and the experiment goes on. Rejects with the signal's reason when aborted,
 * after undoing.
 */
export async function playFaults(
  world: EngineWorld,
  plans: readonly FaultPlan[],
  loadStartedMs: number,
): Promise<void> {
  for (const [index, plan] of plans.entries()) {
    await sleepUntil(world, loadStartedMs + plan.startSeconds * 1000);
    const obstacle = obstacleTo(world);
    if (obstacle === null) await playFault(world, plan, index + 1);
    else
      world.emit({
        type: "fault-unproven",
        fault: plan.name,
        measurement: null,
        message: `it was not injected: ${obstacle}`,
      });
  }
}

/** Why no further fault may be injected; null when one may. */
function obstacleTo({ journal, loadIsOver }: EngineWorld): string | null {
  if (loadIsOver()) return "the load had ended";
  const [left] = journal.read().open;
  return left === undefined ? null : `${left.fault} could not be undone`;
}

async function playFault(world: EngineWorld, plan: FaultPlan, id: number): Promise<void> {
  const { env, emit, journal } = world;
  let ready: ReadyFault;
  try {
    ready = await readyFault(world, plan);
  } catch (error) {
    emit({ type: "fault-unproven", fault: plan.name, measurement: null, message: messageOf(error) });
    return;
  }
  // Looking at the target takes time, in which the run may have been ended.
  world.signal.throwIfAborted();
  const now = (): number => env.clock.now() / 1000;
  journal.write({
    type: "intent",
    id,
    fault: plan.name,
    kind: plan.kind,
    target: plan.target,
    undo: ready.undoRecord,
    at: now(),
  });
  const injectedAt = now();
  const injectedMs = env.clock.monotonicMs();
  const holdUntilMs = injectedMs + plan.holdSeconds * 1000;
  let effective = false;
  try {
    emit({ type: "phase", phase: `fault/${plan.name}` }, injectedAt);
    await ready.inject();
    journal.write({ type: "injected", id, at: now() });
    emit({ type: "fault-injected", fault: plan.name, target: plan.target }, injectedAt);
    effective = await emitProof(world, plan, ready);
    if (effective && plan.nature === "held") await hold(world, plan, ready, { injectedMs, holdUntilMs });
  } catch (error) {
    if (world.signal.aborted) throw world.signal.reason;
    emit({ type: "fault-unproven", fault: plan.name, measurement: null, message: messageOf(error) });
  } finally {
    await undoFault(world, plan, ready, id);
  }
  // An instant fault's phase lasts until its target is back, and as long as was planned.
  const instant = effective && plan.nature === "instant";
  const [proven, held] = await Promise.allSettled([
    emitUndoProof(world, plan, ready, world.signal),
    instant ? sleepUntil(world, holdUntilMs) : null,
  ]);
  for (const result of [proven, held]) if (result.status === "rejected") throw result.reason;
  world.signal.throwIfAborted();
  emit({ type: "phase", phase: `recovery/${plan.name}` });
}

/** Holds a fault for its time, and looks again shortly before the end: one that something healed early did not test what it says. */
async function hold(
  world: EngineWorld,
  plan: FaultPlan,
  ready: ReadyFault,
  { injectedMs, holdUntilMs }: { readonly injectedMs: number; readonly holdUntilMs: number },
): Promise<void> {
  // A second proof takes about as long as the first.
  const proofMs = world.env.clock.monotonicMs() - injectedMs;
  await sleepUntil(world, holdUntilMs - 1.2 * proofMs);
  const proof = await prove(() => ready.prove(world.signal));
  if (!proof.held) {
    world.emit({
      type: "fault-unproven",
      fault: plan.name,
      measurement: proof.measurement,
      message: `the effect was gone before the undo: ${proof.message}`,
    });
  }
  await sleepUntil(world, holdUntilMs);
}

async function undoFault(world: EngineWorld, plan: FaultPlan, ready: ReadyFault, id: number): Promise<void> {
  const { env, emit, journal } = world;
  if (plan.nature === "held") emit({ type: "phase", phase: "settle" });
  const failure = await attempt(env, ready.undo);
  if (failure === null) {
    journal.write({ type: "undone", id, at: env.clock.now() / 1000 });
    emit({ type: "fault-undone", fault: plan.name });
    // A run that was cut short still looks whether a held fault is over, but waits for no target to come back.
    if (world.signal.aborted && plan.nature === "held") {
      await emitUndoProof(world, plan, ready, AbortSignal.timeout(LAST_LOOK_MS));
    }
  } else {
    emit({ type: "fault-left-behind", fault: plan.name, message: failure, command: "proofload chaos recover" });
  }
}

async function emitUndoProof(
  world: EngineWorld,
  plan: FaultPlan,
  ready: ReadyFault,
  signal: AbortSignal,
): Promise<void> {
  const proof = await prove(() => ready.proveUndone(signal));
  // Nobody looked to the end: the timeline says that the run was cut short.
  if (signal.aborted && !proof.held) return;
  if (proof.held && proof.measurement !== null) {
    world.emit({ type: "undo-proven", fault: plan.name, measurement: proof.measurement });
  } else {
    world.emit({ type: "undo-unproven", fault: plan.name, measurement: proof.measurement, message: proof.message });
  }
}

async function emitProof(world: EngineWorld, plan: FaultPlan, ready: ReadyFault): Promise<boolean> {
  const proof = await prove(() => ready.prove(world.signal));
  if (proof.held && proof.measurement !== null) {
    world.emit({ type: "fault-proven", fault: plan.name, measurement: proof.measurement });
    return true;
  }
  world.emit({ type: "fault-unproven", fault: plan.name, measurement: proof.measurement, message: proof.message });
  return false;
}

/** A measurement that can't be made proves nothing. */
async function prove(measure: () => Promise<Proof>): Promise<Proof> {
  try {
    return await measure();
  } catch (error) {
    return { held: false, measurement: null, message: messageOf(error) };
  }
}

async function readyFault(world: EngineWorld, plan: FaultPlan): Promise<ReadyFault> {
  const fault = world.faults.find((one) => one.kind === plan.kind);
  if (fault === undefined) throw new Error(`no fault '${plan.kind}'`);
  const target = findTarget(world.targets, plan.target);
  return fault.ready({ env: world.env, runId: world.runId, signal: world.signal }, target, plan.name, plan.settings);
}

async function sleepUntil(world: EngineWorld, monotonicMs: number): Promise<void> {
  await world.env.clock.sleep(Math.max(0, monotonicMs - world.env.clock.monotonicMs()), world.signal);
}
