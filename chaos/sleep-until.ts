import type { EngineWorld } from "./engine-world.ts";

/** Sleeps until a moment of the clock that never jumps; rejects with the signal's reason when that is aborted first. */
export async function sleepUntil({ env, signal }: EngineWorld, monotonicMs: number): Promise<void> {
  await env.clock.sleep(Math.max(0, monotonicMs - env.clock.monotonicMs()), signal);
}
