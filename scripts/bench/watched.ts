import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

const LOOK_MS = 20;

/** Runs a command to its end; answers its highest resident memory in MB (0 where /proc has none). Rejects when it ends with anything but `exitCode`. */
export async function runWatched([program = "", ...args]: readonly string[], exitCode = 0): Promise<number> {
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(child, "exit");
  let peak = 0;
  while (child.exitCode === null && child.signalCode === null) {
    peak = Math.max(peak, residentMegabytes(child.pid));
    await Promise.race([ended, delay(LOOK_MS)]);
  }
  if (child.exitCode !== exitCode) throw new Error(`${program} ended with ${child.exitCode ?? child.signalCode}`);
  return peak;
}

function residentMegabytes(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1000;
  } catch {
    // It has ended.
    return 0;
  }
}
