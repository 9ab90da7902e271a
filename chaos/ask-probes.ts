import { messageOf } from "../lib/errors.ts";
import type { ExperimentPlan, ProbePlan, ProbeTime } from "../lib/run/plan.ts";
import type { EngineWorld } from "./engine-world.ts";

/** Between two tries of a probe that does not hold yet. */
const AGAIN_MS = 500;

export interface ProbeOptions {
  readonly when: ProbeTime;
  /** The group of faults that it is about; null before the first. */
  readonly group: string | null;
  /** Asked again until it holds or this moment of the monotonic clock has come; left out: asked once. */
  readonly untilMs?: number;
}

/** Asks the questions of the hypothesis that belong here, all at once, and tells each answer; answers those that did not hold. */
export async function askProbes(
  world: EngineWorld,
  { steadyState }: Pick<ExperimentPlan, "steadyState">,
  options: ProbeOptions,
): Promise<readonly string[]> {
  const wanted = steadyState.filter(({ when }) => when.includes(options.when));
  const missed = await Promise.all(wanted.map((probe) => askOne(world, probe, options)));
  return missed.flatMap((message) => message ?? []);
}

/** Null when it held, else what was seen. */
async function askOne(
  world: EngineWorld,
  probe: ProbePlan,
  { when, group, untilMs }: ProbeOptions,
): Promise<string | null> {
  const { env, emit, signal } = world;
  for (;;) {
    const answer = await world
      .ask(probe.check, signal)
      .catch((error: unknown) => ({ held: null, message: messageOf(error) }));
    signal.throwIfAborted();
    const isOver = untilMs === undefined || env.clock.monotonicMs() + AGAIN_MS >= untilMs;
    if (answer.held === true || isOver) {
      emit({ type: "probe", probe: probe.name, when, group, held: answer.held, message: answer.message });
      return answer.held === true ? null : `${probe.name}: ${answer.message}`;
    }
    await env.clock.sleep(AGAIN_MS, signal);
  }
}
