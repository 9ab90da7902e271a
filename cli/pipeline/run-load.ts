import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Env } from "../../lib/env.ts";
import { ProofloadError } from "../../lib/errors.ts";
import { k6RunArgv, k6RunVars } from "../../lib/k6/command.ts";
import { k6ExitMeaning } from "../../lib/k6/exit-codes.ts";
import { firstScriptError } from "../../lib/k6/log.ts";
import { waitForLoad } from "../../lib/k6/rest.ts";
import { parseK6Summary } from "../../lib/k6/summary.ts";
import type { K6Summary } from "../../lib/k6/summary.ts";
import { startProgram } from "../../lib/process/program.ts";
import type { RunPlan } from "../../lib/run/plan.ts";
import type { RunFolder } from "../run-folder.ts";
import type { Cleanup } from "./cleanup.ts";
import type { Stack } from "./start-stack.ts";

/** A load that is running. */
export interface RunningLoad {
  /** Monotonic milliseconds. */
  readonly startedMs: number;
  /** Resolves when k6 has ended, with its exit code (null: a signal ended it). */
  readonly ended: Promise<number | null>;
}

export interface LoadOptions {
  readonly env: Env;
  readonly plan: RunPlan;
  readonly folder: RunFolder;
  readonly stack: Stack;
  readonly k6: string;
  readonly bundle: string;
  readonly cleanup: Cleanup;
  readonly signal: AbortSignal;
}

/** k6's exit codes for what only the script's author can mend. */
const SCRIPT_FAULTS: readonly number[] = [100, 104, 107, 108];
const START_TIMEOUT_MS = 60_000;
/** k6 writes its summary after a SIGINT. */
const STOP_GRACE_MS = 8000;
/** A k6 that is still there so long after its planned end hangs. */
const OVERTIME_SECONDS = 30;

/** Starts k6 and waits until its load begins; an aborted signal stops it in order, a hang hard. */
export async function startLoad(options: LoadOptions): Promise<RunningLoad> {
  const { env, plan, folder, signal } = options;
  const command = {
    program: options.k6,
    bundle: options.bundle,
    address: options.stack.k6Address,
    prometheusUrl: options.stack.prometheus.url,
    scenarioEnv: {
      PROOFLOAD_RUN_ID: plan.runId,
      PROOFLOAD_TARGET_URL: plan.service.url,
      PROOFLOAD_RATE: String(plan.load.rate),
      PROOFLOAD_WARMUP_SECONDS: String(plan.load.warmupSeconds),
      PROOFLOAD_PHASES: JSON.stringify(plan.timeline.map(({ phase, startSeconds }) => [phase, startSeconds])),
      PROOFLOAD_SUMMARY: join(folder.dir, "k6", "summary.json"),
    },
  };
  const logFile = join(folder.dir, "k6", "k6.log");
  const k6 = await startProgram(env, plan.runId, {
    name: "k6",
    argv: k6RunArgv(command),
    cwd: folder.dir,
    vars: k6RunVars(command),
    logFile,
    readyUrl: null,
    readyTimeoutMs: 0,
  });
  folder.emit({ type: "process-started", process: "k6", pid: k6.pid });
  const stop = (): Promise<void> => k6.stop({ graceMs: STOP_GRACE_MS, signal: "SIGINT" });
  options.cleanup.add("k6 to end", stop);
  const running = await waitForLoad(env, options.stack.k6Address, {
    timeoutMs: START_TIMEOUT_MS,
    signal,
    giveUp: () => k6.exit() !== null,
  });
  if (!running) {
    const exit = k6.exit();
    throw new ProofloadError({
      code: "load-not-started",
      message:
        exit === null
          ? `k6 did not begin its load within ${START_TIMEOUT_MS / 1000} s`
          : `before its load began, k6 ended: ${k6ExitMeaning(exit.kind === "exited" ? exit.code : null)}`,
      hint: firstScriptError(await readFile(logFile, "utf8").catch(() => "")) ?? `Its log is ${logFile}.`,
      exitCode: exit?.kind === "exited" && SCRIPT_FAULTS.includes(exit.code) ? 2 : 4,
    });
  }
  const startedMs = env.clock.monotonicMs();
  folder.emit({ type: "load-started" });
  folder.emit({ type: "phase", phase: plan.load.warmupSeconds > 0 ? "warmup" : "baseline" });
  return { startedMs, ended: watchEnd() };

  async function watchEnd(): Promise<number | null> {
    const done = new AbortController();
    const stopEarly = (): void => void stop();
    signal.addEventListener("abort", stopEarly);
    if (signal.aborted) stopEarly();
    const hardStop = env.clock.sleep((plan.load.durationSeconds + OVERTIME_SECONDS) * 1000, done.signal).then(stop);
    hardStop.catch(() => undefined);
    const exit = await k6.exited;
    done.abort(new Error("ended"));
    signal.removeEventListener("abort", stopEarly);
    const code = exit.kind === "exited" ? exit.code : null;
    folder.emit({ type: "load-ended", k6ExitCode: code });
    return code;
  }
}

/** What k6 left behind: its summary, and the first exception that it logged. */
export async function readLoadResults(
  dir: string,
): Promise<{ readonly summary: K6Summary | null; readonly scriptError: string | null }> {
  const summary = await readFile(join(dir, "k6", "summary.json"), "utf8").catch(() => null);
  const log = await readFile(join(dir, "k6", "k6.log"), "utf8").catch(() => "");
  return { summary: summary === null ? null : parseK6Summary(summary), scriptError: firstScriptError(log) };
}
