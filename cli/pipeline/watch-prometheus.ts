import type { Env } from "../../lib/env.ts";
import { httpRequest } from "../../lib/http.ts";
import type { RunFolder } from "../run-folder.ts";

const EVERY_MS = 500;
const TIMEOUT_MS = 2000;

/** Asks Prometheus whether it is there until `signal` is aborted, and writes each absence into the timeline. */
export async function watchPrometheus(env: Env, url: string, folder: RunFolder, signal: AbortSignal): Promise<void> {
  let lostAtMs: number | null = null;
  while (!signal.aborted) {
    const askedMs = env.clock.monotonicMs();
    const asked = env.clock.now() / 1000;
    const failure = await httpRequest(env, `${url}/-/ready`, { timeoutMs: TIMEOUT_MS }).then(
      (reply) => (reply.status === 200 ? null : `answered ${reply.status}`),
      () => "did not answer",
    );
    if (failure !== null && lostAtMs === null && !signal.aborted) {
      lostAtMs = askedMs;
      folder.emit({ type: "prometheus-lost", message: `Prometheus ${failure}` }, asked);
    } else if (failure === null && lostAtMs !== null) {
      folder.emit({ type: "prometheus-back", awaySeconds: (env.clock.monotonicMs() - lostAtMs) / 1000 });
      lostAtMs = null;
    }
    await env.clock.sleep(EVERY_MS, signal).catch(() => undefined);
  }
}
