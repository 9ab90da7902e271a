import { inTime } from "../lib/deadline.ts";
import type { ExperimentPlan } from "../lib/run/plan.ts";
import { joinProofs, measureAll } from "./active-fault.ts";
import type { ActiveFault } from "./active-fault.ts";
import { askProbes } from "./ask-probes.ts";
import type { EngineWorld } from "./engine-world.ts";
import { sleepUntil } from "./sleep-until.ts";
import { watchTraffic } from "./watch-traffic.ts";

/** How often faults are looked at while they are held, at most. */
const LOOK_EVERY_MS = 2000;
/** A look that was begun late, or that a busy machine is slow at, has so long at least, and twice what the first proof took. */
const LOOK_TAKES_MS = 2000;
const LOOK_TAKES_AT_MOST_MS = 10_000;

export interface HoldOptions {
  readonly experiment: ExperimentPlan;
  readonly group: string;
  readonly active: readonly ActiveFault[];
  readonly injectedMs: number;
  readonly holdUntilMs: number;
}

/**
 * Holds faults for their time, and looks at them again and again, the last time shortly before the end: one that something healed early did not test what it
 * says, and is told once. The hypothesis is asked meanwhile.
 */
export async function holdFaults(world: EngineWorld, options: HoldOptions): Promise<void> {
  const { env } = world;
  const { experiment, group, active, injectedMs, holdUntilMs } = options;
  const spoiled = new Set<string>();
  // A proof takes about as long as the first one did.
  const proofMs = Math.max(20, env.clock.monotonicMs() - injectedMs);
  const lastLookMs = holdUntilMs - 1.2 * proofMs;
  const ask = (): Promise<unknown> => askProbes(world, experiment, { when: "during", group });
  // The first moments are the worst.
  await ask();
  const traffic = watchTraffic(world, active);
  await traffic.resume();
  for (;;) {
    const nowMs = env.clock.monotonicMs();
    // No look is begun that would still be under way when the last one is due.
    const nextMs = nowMs + Math.max(LOOK_EVERY_MS, 3 * proofMs);
    const isLast = nextMs + proofMs >= lastLookMs;
    await sleepUntil(world, isLast ? lastLookMs : nextMs);
    await traffic.pause();
    await Promise.all([lookAgain(world, options, proofMs, spoiled), ask()]);
    world.signal.throwIfAborted();
    if (isLast) break;
    await traffic.resume();
  }
  await sleepUntil(world, holdUntilMs);
  traffic.tell();
}

async function lookAgain(
  world: EngineWorld,
  { active, holdUntilMs }: HoldOptions,
  proofMs: number,
  spoiled: Set<string>,
): Promise<void> {
  const { clock } = world.env;
  const plans = [...new Set(active.map(({ plan }) => plan))].filter(
    ({ name, nature }) => nature === "held" && !spoiled.has(name),
  );
  await Promise.all(
    plans.map(async (plan) => {
      const own = active.filter((one) => one.plan === plan);
      const measuring = measureAll(own, (ready) => ready.prove(world.signal)).then(joinProofs);
      // What does not answer must not keep the fault on for longer than it was meant to be.
      const leastMs = Math.min(Math.max(LOOK_TAKES_MS, 2 * proofMs), LOOK_TAKES_AT_MOST_MS);
      const withinMs = Math.max(leastMs, holdUntilMs - clock.monotonicMs());
      const proof = (await inTime(clock, measuring, withinMs)) ? await measuring : null;
      if (proof?.held === true || world.signal.aborted) return;
      spoiled.add(plan.name);
      const message =
        proof === null
          ? "whether the effect lasted was not seen: what measures it got no answer"
          : `the effect was gone before the undo: ${proof.message}`;
      world.emit({ type: "fault-unproven", fault: plan.name, measurement: proof?.measurement ?? null, message });
    }),
  );
}
