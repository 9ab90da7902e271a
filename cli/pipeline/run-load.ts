import { join } from "node:path";

import type { Env } from "../../lib/env.ts";
import { ProofloadError } from "../../lib/errors.ts";
import { k6RunArgv, k6RunVars } from "../../lib/k6/command.ts";
import type { K6RunOptions } from "../../lib/k6/command.ts";
import { readK6Log } from "../../lib/k6/log.ts";
import { waitForLoad } from "../../lib/k6/rest.ts";
import { startProgram } from "../../lib/process/program.ts";
import { k6ExitReason } from "../../lib/run/k6-exit-codes.ts";
import type { LoadPlan } from "../../lib/run/load.ts";
import type { RunFolder } from "../run-folder.ts";
import type { Cleanup } from "./cleanup.ts";
import type { Prepared } from "./prepare.ts";
import type { Stack } from "./start-stack.ts";

/** A load that is running. */
export interface RunningLoad {
  /** Monotonic milliseconds. */
  readonly startedMs: number;
  readonly pid: number;
  /** Resolves when k6 has ended, with its exit code (null: a signal ended it). */
  readonly ended: Promise<number | null>;
  /** Ends it in order, before its time. */
  readonly stop: () => Promise<void>;
}

export interface LoadOptions {
  readonly env: Env;
  readonly prepared: Prepared;
  readonly folder: RunFolder;
  readonly stack: Stack;
  readonly k6: { readonly path: string; readonly version: string };
  readonly cleanup: Cleanup;
  readonly signal: AbortSignal;
}

/** For k6 to start, and to make its VUs. */
const VUS_TIMEOUT_SECONDS = 60;
/** k6 finishes its iterations and writes its summary after a SIGINT. */
const STOP_GRACE_MS = 8000;
/** A k6 that is still there so long after its planned end hangs. */
export const OVERTIME_SECONDS = 30;

/** The longest that k6 may take until its load begins. */
export function startTimeoutSeconds({ setupTimeoutSeconds }: Pick<LoadPlan, "setupTimeoutSeconds">): number {
  return VUS_TIMEOUT_SECONDS + setupTimeoutSeconds;
}

/** Starts k6 and waits until its load begins; an aborted signal stops it in order, a hang hard. */
export async function startLoad(options: LoadOptions): Promise<RunningLoad> {
  const { env, prepared, folder, signal } = options;
  const { plan } = prepared;
  const command = commandOf(options);
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
  const timeoutSeconds = startTimeoutSeconds(plan.load);
  const running = await waitForLoad(env, options.stack.k6Address, {
    timeoutMs: timeoutSeconds * 1000,
    signal,
    giveUp: () => k6.exit() !== null,
  });
  if (!running) {
    const exit = k6.exit();
    const reason = exit === null ? null : k6ExitReason(exit.kind === "exited" ? exit.code : null);
    throw new ProofloadError({
      code: "load-not-started",
      message:
        reason === null
          ? `k6 did not begin its load within ${timeoutSeconds} s`
          : `before its load began, k6 ended: ${reason.meaning}`,
      hint: (await readK6Log(logFile)).scriptError ?? `Its log is ${logFile}.`,
      // What only the script's author can mend.
      exitCode: reason !== null && ["config", "script", "aborted"].includes(reason.kind) ? 2 : 4,
    });
  }
  const startedMs = env.clock.monotonicMs();
  folder.emit({ type: "load-started" });
  folder.emit({ type: "phase", phase: plan.timeline[0]?.phase ?? "baseline" });
  return { startedMs, pid: k6.pid, ended: watchEnd(), stop };

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

function commandOf({ env, prepared, folder, stack, k6 }: LoadOptions): K6RunOptions {
  const { plan, project } = prepared;
  return {
    program: k6.path,
    version: k6.version,
    bundle: prepared.bundle,
    address: stack.k6Address,
    prometheusUrl: stack.prometheus.url,
    histograms: stack.nativeHistograms ? "native" : "classic",
    openTelemetry: project.spec.outputs.openTelemetry ?? null,
    constantMemory: plan.load.constantMemory,
    gogc: env.vars["GOGC"],
    scenarioEnv: {
      ...prepared.scenarioEnv,
      PROOFLOAD_PHASES: JSON.stringify(plan.timeline.map(({ phase, startSeconds }) => [phase, startSeconds])),
      PROOFLOAD_SUMMARY: join(folder.dir, "k6", "summary.json"),
    },
  };
}
