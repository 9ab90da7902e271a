import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { Logger } from "./logging.ts";

const WINDOW_MS = 60_000;

export interface SuperviseOptions {
  /** The program and its arguments. */
  readonly argv: readonly string[];
  readonly pidFile: string;
  readonly restartDelayMs: number;
  /** More restarts than this within a minute are not attempted. */
  readonly maxRestarts: number;
  /** How long the program has to end after SIGTERM, before SIGKILL. */
  readonly stopTimeoutMs: number;
  readonly logger: Logger;
  /** Ends the supervision, and the program with it. */
  readonly signal: AbortSignal;
}

/** Runs a program and restarts it whenever it ends; the pid file holds the pid of the latest start. */
export async function supervise(options: SuperviseOptions): Promise<"stopped" | "gave-up"> {
  const { argv, pidFile, restartDelayMs, maxRestarts, stopTimeoutMs, logger, signal } = options;
  const restartsMs: number[] = [];
  const stopAsked = aborted(signal);
  await mkdir(dirname(pidFile), { recursive: true });
  try {
    for (;;) {
      if (signal.aborted) return "stopped";
      const running = start(argv);
      try {
        if (running.child.pid !== undefined) {
          await replaceFile(pidFile, `${running.child.pid}\n`);
          logger.info({ pid: running.child.pid, restarts_last_minute: restartsMs.length }, "program started");
        }
        await Promise.race([running.ended, stopAsked]);
      } finally {
        await stop(running, stopTimeoutMs);
      }
      const how = await running.ended;
      logger.info({ pid: running.child.pid, ...how }, "program ended");
      if (signal.aborted) return "stopped";

      const now = performance.now();
      while (restartsMs[0] !== undefined && restartsMs[0] <= now - WINDOW_MS) restartsMs.shift();
      if (restartsMs.length >= maxRestarts) {
        logger.fatal({ restarts: restartsMs.length }, "giving up: the program keeps ending within a minute");
        return "gave-up";
      }
      restartsMs.push(now);
      await delay(restartDelayMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await rm(pidFile, { force: true });
  }
}

interface Running {
  readonly child: ChildProcess;
  /** How it ended; never rejects. */
  readonly ended: Promise<Readonly<Record<string, unknown>>>;
}

function start(argv: readonly string[]): Running {
  const [program = "", ...args] = argv;
  const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"] });
  const ended = new Promise<Readonly<Record<string, unknown>>>((resolve) => {
    child.once("exit", (code, killedBy) => resolve(killedBy === null ? { exit_code: code } : { killed_by: killedBy }));
    child.once("error", (error) => resolve({ reason: error.message }));
  });
  return { child, ended };
}

async function stop({ child, ended }: Running, timeoutMs: number): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const kill = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  await ended;
  clearTimeout(kill);
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
