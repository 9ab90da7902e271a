import { spawn } from "node:child_process";
import { once } from "node:events";

import { waitUntilReady } from "../../lib/http.ts";
import { createNodeEnv } from "../../lib/node-env.ts";
import { ensureTools } from "../../lib/tools/index.ts";
import { createToxiproxyClient } from "../../lib/toxiproxy/client.ts";
import type { ToxiproxyClient } from "../../lib/toxiproxy/client.ts";

/** A real Toxiproxy of a test's own, with one proxy. */
export interface TestToxiproxy {
  readonly apiUrl: string;
  readonly client: ToxiproxyClient;
  /** Kills it, and answers when it is gone. */
  stop(): Promise<void>;
}

/** Starts one whose API is on this port of 127.0.0.1. */
export async function startToxiproxy(
  port: number,
  proxy: Parameters<ToxiproxyClient["createProxy"]>[0],
): Promise<TestToxiproxy> {
  const env = createNodeEnv();
  const tools = await ensureTools(env, ["toxiproxy"], {
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const child = spawn(tools.get("toxiproxy")?.path ?? "", ["-host", "127.0.0.1", "-port", String(port)], {
    stdio: "ignore",
    env: { LOG_LEVEL: "warn" },
  });
  const ended = once(child, "exit");
  const apiUrl = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  if (!(await waitUntilReady(env, `${apiUrl}/version`, { timeoutMs: 60_000 }))) {
    await stop();
    throw new Error("Toxiproxy did not start");
  }
  const client = createToxiproxyClient(env, apiUrl);
  await client.createProxy(proxy);
  return { apiUrl, client, stop };
}
