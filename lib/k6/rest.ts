import { z } from "zod";

import type { Env } from "../env.ts";
import { httpRequest } from "../http.ts";

/** `running` is in both k6 1.x and 2.x. */
const statusSchema = z.object({ data: z.object({ attributes: z.object({ running: z.boolean() }) }) });

/** Waits until k6 runs its scenario (its VUs are made and setup() is about to run); false when `giveUp` turned true first. */
export async function waitForLoad(
  env: Pick<Env, "fetch" | "clock">,
  address: string,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal; readonly giveUp: () => boolean },
): Promise<boolean> {
  const deadline = env.clock.monotonicMs() + options.timeoutMs;
  while (env.clock.monotonicMs() < deadline && !options.giveUp()) {
    if (await isRunning(env, address)) return true;
    await env.clock.sleep(20, options.signal);
  }
  return false;
}

async function isRunning(env: Pick<Env, "fetch">, address: string): Promise<boolean> {
  const reply = await httpRequest(env, `http://${address}/v1/status`, { timeoutMs: 1000 }).catch(() => null);
  if (reply === null || reply.status !== 200) return false;
  try {
    return statusSchema.parse(JSON.parse(reply.text)).data.attributes.running;
  } catch {
    return false;
  }
}
