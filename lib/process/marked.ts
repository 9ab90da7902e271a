import { readdir, readFile } from "node:fs/promises";

import type { Env } from "../env.ts";

/** Every program that a run starts carries this variable, and so does whatever those start. */
export const RUN_MARK = "PROOFLOAD_RUN_ID";

/** The pids of all processes of this user that carry a run's mark, this process excepted. */
export async function findMarkedProcesses(
  env: Pick<Env, "platform" | "run" | "pid">,
  runId: string,
): Promise<number[]> {
  const mark = `${RUN_MARK}=${runId}`;
  const pids = env.platform === "linux" ? await markedOnLinux(mark) : await markedByPs(env, mark);
  return pids.filter((pid) => pid !== env.pid);
}

async function markedOnLinux(mark: string): Promise<number[]> {
  const marked: number[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // Another user's process can't be read, and is not ours. A zombie's environment is empty.
    const environ = await readFile(`/proc/${name}/environ`, "utf8").catch(() => "");
    if (environ.split("\0").includes(mark)) marked.push(Number(name));
  }
  return marked;
}

async function markedByPs(env: Pick<Env, "run">, mark: string): Promise<number[]> {
  const result = await env.run({ argv: ["ps", "-axEww", "-o", "pid=,command="], timeoutMs: 10_000 });
  return result.stdout
    .split("\n")
    .filter((line) => line.split(" ").includes(mark))
    .map((line) => Number.parseInt(line, 10));
}

/** Ends every process of a run: SIGTERM, then SIGKILL after `graceMs`; returns the pids that are still there at the end. */
export async function endMarkedProcesses(
  env: Pick<Env, "platform" | "run" | "pid" | "kill" | "clock">,
  runId: string,
  graceMs: number,
): Promise<number[]> {
  const killAt = env.clock.monotonicMs() + graceMs;
  const giveUpAt = killAt + 5000;
  let asked = new Set<number>();
  for (;;) {
    const pids = await findMarkedProcesses(env, runId);
    const now = env.clock.monotonicMs();
    if (pids.length === 0 || now > giveUpAt) return pids;
    for (const pid of pids) {
      if (now > killAt) env.kill(pid, "SIGKILL");
      // Something that a supervisor started meanwhile is asked too.
      else if (!asked.has(pid)) env.kill(pid, "SIGTERM");
    }
    asked = new Set(pids);
    await env.clock.sleep(50);
  }
}
