import { z } from "zod";

import type { Env } from "../env.ts";
import { httpRequest } from "../http.ts";

/** The same in k6 1.x and 2.x; `running` is already true in setup(), so only the number tells when the load begins. */
const statusSchema = z.object({ data: z.object({ attributes: z.object({ status: z.number() }) }) });

/** `ExecutionStatusRunning` of k6's lib/execution.go. What comes after it has a higher number, and comes after a setup() that failed, too. */
const RUNNING = 7;

/** Waits until k6's scenario begins: its VUs are made and setup() is over. False when `giveUp` turned true first, or time is up. */
export async function waitForLoad(
  env: Pick<Env, "fetch" | "clock">,
  address: string,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal; readonly giveUp: () => boolean },
): Promise<boolean> {
  const deadline = env.clock.monotonicMs() + options.timeoutMs;
  while (env.clock.monotonicMs() < deadline && !options.giveUp()) {
    if (await hasBegun(env, address)) return true;
    await env.clock.sleep(20, options.signal);
  }
  return false;
}

async function hasBegun(env: Pick<Env, "fetch">, address: string): Promise<boolean> {
  const reply = await httpRequest(env, `http://${address}/v1/status`, { timeoutMs: 1000 }).catch(() => null);
  if (reply === null || reply.status !== 200) return false;
  try {
    return statusSchema.parse(JSON.parse(reply.text)).data.attributes.status === RUNNING;
  } catch {
    return false;
  }
}
