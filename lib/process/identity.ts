import { readFile } from "node:fs/promises";

import type { Env } from "../env.ts";

/** Which process this is, for good: a pid alone is handed out again. `startedAt` is opaque, and equal only for the same process. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

/** The identity of a running process; null when there is none (a zombie has ended too). */
export async function identifyProcess(
  env: Pick<Env, "platform" | "run">,
  pid: number,
): Promise<ProcessIdentity | null> {
  const startedAt = env.platform === "linux" ? await startOnLinux(pid) : await startByPs(env, pid);
  return startedAt === null ? null : { pid, startedAt };
}

/** Whether exactly this process still runs. */
export async function isRunning(env: Pick<Env, "platform" | "run">, identity: ProcessIdentity): Promise<boolean> {
  const now = await identifyProcess(env, identity.pid);
  return now !== null && now.startedAt === identity.startedAt;
}

/** Whether exactly this process runs and can do anything: one that was stopped (SIGSTOP, Ctrl-Z) can't. */
export async function isAwake(env: Pick<Env, "platform" | "run">, identity: ProcessIdentity): Promise<boolean> {
  if (!(await isRunning(env, identity))) return false;
  if (env.platform !== "linux") return true;
  const stat = await readFile(`/proc/${identity.pid}/stat`, "utf8").catch(() => "");
  return !["T", "t"].includes(parseProcStat(stat)?.state ?? "");
}

let bootId: Promise<string> | undefined;

async function startOnLinux(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  const fields = stat === null ? null : parseProcStat(stat);
  if (fields === null || fields.state === "Z" || fields.state === "X") return null;
  bootId ??= readFile("/proc/sys/kernel/random/boot_id", "utf8").then(
    (text) => text.trim(),
    () => "unknown-boot",
  );
  return `${await bootId}:${fields.startTicks}`;
}

/** State and start time (clock ticks since boot) from /proc/PID/stat, whose second field may hold spaces and parentheses. */
export function parseProcStat(stat: string): { readonly state: string; readonly startTicks: string } | null {
  // proc(5): state is field 3, starttime field 22; the command (field 2) ends at the last parenthesis.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  const startTicks = fields[19];
  return state === undefined || startTicks === undefined ? null : { state, startTicks };
}

async function startByPs(env: Pick<Env, "run">, pid: number): Promise<string | null> {
  const result = await env.run({
    argv: ["ps", "-o", "state=,lstart=", "-p", String(pid)],
    vars: { LC_ALL: "C", TZ: "UTC" },
    timeoutMs: 5000,
  });
  const match = /^(\S+)\s+(.+)$/.exec(result.stdout.trim());
  if (result.code !== 0 || match === null || match[1]?.startsWith("Z") === true) return null;
  return match[2] ?? null;
}
