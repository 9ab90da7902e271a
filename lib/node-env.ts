import { spawn as nodeSpawn } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism, homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import type { Child, CommandResult, Env, Exit, Output, RunOptions, SignalName, SpawnOptions } from "./env.ts";
import { ProofloadError, systemCodeOf } from "./errors.ts";
import { readCgroupLimits } from "./machine/cgroup-limits.ts";
import { readText } from "./machine/read-text.ts";

/** Node 20 does not know of a container's quota. */
function countCores(): number {
  return Math.min(availableParallelism(), readCgroupLimits(readText).cores ?? Number.POSITIVE_INFINITY);
}

/** Node fires a timer that is longer than this at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The real world, as Node sees it. */
export function createNodeEnv(): Env {
  let cores: number | undefined;
  return {
    argv: process.argv.slice(2),
    vars: process.env,
    cwd: process.cwd(),
    homeDir: homedir(),
    tempDir: tmpdir(),
    pid: process.pid,
    platform: process.platform,
    arch: process.arch,
    execPath: process.execPath,
    // Read when somebody asks: most verbs never do.
    get cpuCount() {
      cores ??= countCores();
      return cores;
    },
    packageDir: findPackageDir(dirname(fileURLToPath(import.meta.url))),
    stdin: process.stdin,
    stdout: outputTo(process.stdout),
    stderr: outputTo(process.stderr),
    clock: {
      now: () => Date.now(),
      monotonicMs: () => performance.now(),
      sleep: async (ms, signal) => {
        signal?.throwIfAborted();
        try {
          for (let left = ms; left >= 0; left -= LONGEST_TIMER_MS) {
            await delay(Math.min(left, LONGEST_TIMER_MS), undefined, signal === undefined ? {} : { signal });
          }
        } catch (error) {
          throw signal?.aborted === true ? signal.reason : error;
        }
      },
    },
    fetch: (...args) => fetch(...args),
    random: () => Math.random(),
    onSignal,
    spawn: spawnDetached,
    run: runToEnd,
    exit: (code) => process.exit(code),
    kill: (pid, signal) => {
      try {
        return process.kill(pid, signal);
      } catch (error) {
        if (systemCodeOf(error) === "ESRCH") return false;
        throw error;
      }
    },
  };
}

function findPackageDir(from: string): string {
  let dir = from;
  while (!existsSync(join(dir, "package.json"))) {
    const parent = dirname(dir);
    if (parent === dir) return from;
    dir = parent;
  }
  return dir;
}

function ignore(): void {}

function outputTo(stream: NodeJS.WriteStream): Output {
  // A reader that went away (`| head`) must not end a run that still has faults to undo.
  if (stream.listenerCount("error", ignore) === 0) stream.on("error", ignore);
  return {
    write: (text) => {
      stream.write(text);
    },
    get isTTY() {
      return (stream as { isTTY?: boolean }).isTTY === true;
    },
    get columns() {
      return stream.columns ?? 80;
    },
  };
}

function onSignal(listener: (signal: SignalName) => void): () => void {
  const onInt = (): void => listener("SIGINT");
  const onTerm = (): void => listener("SIGTERM");
  process.on("SIGINT", onInt);
  process.on("SIGTERM", onTerm);
  // A terminal that is closed ends a run as orderly.
  process.on("SIGHUP", onTerm);
  return () => {
    process.off("SIGINT", onInt);
    process.off("SIGTERM", onTerm);
    process.off("SIGHUP", onTerm);
  };
}

function spawnDetached(options: SpawnOptions): Promise<Child> {
  const [program, ...args] = options.argv;
  const child = nodeSpawn(program, args, {
    cwd: options.cwd,
    env: { ...options.vars },
    // A session of its own: a terminal's Ctrl-C reaches proofload alone, which then ends its children in order.
    detached: true,
    stdio: [options.stdin, options.stdout, options.stderr],
  });
  let exit: Exit | null = null;
  const exited = new Promise<Exit>((resolve) => {
    child.once("exit", (code, signal) => {
      exit = signal === null ? { kind: "exited", code: code ?? 0 } : { kind: "signalled", signal };
      resolve(exit);
    });
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => {
      child.on("error", () => undefined);
      child.stdin?.on("error", () => undefined);
      resolve({
        pid: child.pid ?? 0,
        stdin: child.stdin,
        stdout: child.stdout,
        stderr: child.stderr,
        exited,
        exit: () => exit,
      });
    });
  });
}

async function runToEnd(options: RunOptions): Promise<CommandResult> {
  const { execa } = await import("execa");
  const [program, ...args] = options.argv;
  options.signal?.throwIfAborted();
  const running = execa(program, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...options.only, ...options.vars },
    extendEnv: options.only === undefined,
    // A group of its own: what it starts is ended with it, and a terminal's Ctrl-C is left to us.
    detached: true,
    reject: false,
    stdin: "ignore",
    maxBuffer: 64 * 1024 * 1024,
    all: true,
  });
  let ended: unknown;
  const end = (reason: unknown): void => {
    ended ??= reason;
    if (running.pid === undefined) return;
    try {
      process.kill(-running.pid, "SIGKILL");
    } catch (error) {
      if (systemCodeOf(error) !== "ESRCH") throw error;
    }
  };
  const timer = setTimeout(() => {
    end(
      new ProofloadError({
        code: "command-too-slow",
        message: `${options.argv.slice(0, 2).join(" ")} did not end within ${options.timeoutMs / 1000} s`,
        exitCode: 4,
      }),
    );
  }, options.timeoutMs);
  const onAbort = (): void => end(options.signal?.reason);
  options.signal?.addEventListener("abort", onAbort);
  try {
    const { onLine } = options;
    if (onLine !== undefined) for await (const line of running.iterable({ from: "all" })) onLine(line);
    const result = await running;
    if (ended !== undefined) throw ended;
    if (result.exitCode === undefined) throw result.cause ?? result;
    return { code: result.exitCode, stdout: result.stdout, stderr: result.stderr };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", onAbort);
  }
}
