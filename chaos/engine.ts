import { ProofloadError } from "../lib/errors.ts";
import type { ExperimentPlan } from "../lib/run/plan.ts";
import { readyFault, targetsOf } from "./active-fault.ts";
import type { ActiveFault } from "./active-fault.ts";
import { askProbes } from "./ask-probes.ts";
import { checkBlastRadius } from "./blast-radius.ts";
import { refuseConflict } from "./claim-locks.ts";
import type { EngineWorld } from "./engine-world.ts";
import { groupFaults } from "./group-faults.ts";
import type { ResolvedTargets } from "./plan-hash.ts";
import { emitUnproven, playGroup } from "./play-group.ts";
import { refuseShared } from "./refuse-shared.ts";
import { sleepUntil } from "./sleep-until.ts";
import { targetRef } from "./target.ts";
import { watchAborts } from "./watch-aborts.ts";

/** The hypothesis is asked so long before the first fault. */
const ASK_BEFORE_MS = 1000;

/** Looks at every target before the load starts, and answers which they are; throws the first reason why a fault could not work. */
export async function preflightFaults(
  world: EngineWorld,
  { faults, blastRadius }: Pick<ExperimentPlan, "faults" | "blastRadius">,
): Promise<ResolvedTargets> {
  const targets: Record<string, readonly string[]> = {};
  const looked = new Map<string, readonly ActiveFault[]>();
  for (const group of groupFaults(faults)) {
    const active: ActiveFault[] = [];
    for (const plan of group.faults) {
      // A fault that is repeated is looked at once, unless others are drawn each time.
      const key = JSON.stringify([plan.kind, plan.target, plan.settings, plan.select === undefined ? "" : plan.name]);
      const ready = looked.get(key) ?? (await readyFault(world, plan, 1));
      looked.set(key, ready);
      active.push(...ready);
      targets[plan.name] = targetsOf(ready).map(targetRef);
    }
    checkBlastRadius(group.name, targetsOf(active), blastRadius);
    refuseShared(active);
  }
  const locks = [...looked.values()].flat().flatMap(({ ready }) => ready.locks);
  refuseConflict(world.env, world.journal.path, locks);
  return targets;
}

/**
 * Plays the faults of an experiment, one group after another; `loadStartedMs` (monotonic) is where their times count from. A fault without
 * effect is undone at once and the experiment goes on. Rejects when it was ended before its time, after undoing: by the signal, a halt, an
 * abort condition, or a steady state that was not there to begin with.
 */
export async function playFaults(world: EngineWorld, experiment: ExperimentPlan, loadStartedMs: number): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([world.signal, stop.signal]);
  const own: EngineWorld = { ...world, signal };
  const watching = watchAborts(own, experiment.abort, (reason) => stop.abort(reason));
  try {
    await playGroups(own, experiment, loadStartedMs);
    signal.throwIfAborted();
  } finally {
    stop.abort(new Error("the experiment is over"));
    await watching;
  }
}

async function playGroups(world: EngineWorld, experiment: ExperimentPlan, loadStartedMs: number): Promise<void> {
  let nextId = 1;
  for (const [index, group] of groupFaults(experiment.faults).entries()) {
    const startMs = loadStartedMs + group.startSeconds * 1000;
    if (index === 0) await seekSteadyState(world, experiment, startMs);
    await sleepUntil(world, startMs);
    const obstacle = obstacleTo(world);
    if (obstacle === null) nextId += await playGroup(world, { experiment, group, firstId: nextId });
    else for (const plan of group.faults) emitUnproven(world, plan, `it was not injected: ${obstacle}`);
  }
}

/** Breaking what is broken already proves nothing. */
async function seekSteadyState(world: EngineWorld, experiment: ExperimentPlan, startMs: number): Promise<void> {
  if (!experiment.steadyState.some(({ when }) => when.includes("before"))) return;
  await sleepUntil(world, startMs - ASK_BEFORE_MS);
  const missed = await askProbes(world, experiment, { when: "before", group: null });
  if (missed.length === 0) return;
  throw new ProofloadError({
    code: "no-steady-state",
    message: `the steady state was not there before the first fault: ${missed.join("; ")}`,
    exitCode: 3,
  });
}

/** Why no further fault may be injected; null when one may. */
function obstacleTo({ journal, loadIsOver }: EngineWorld): string | null {
  if (loadIsOver()) return "the load had ended";
  const [left] = journal.read().open;
  return left === undefined ? null : `${left.fault} could not be undone`;
}
