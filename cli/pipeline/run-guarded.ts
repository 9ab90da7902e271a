import { join } from "node:path";

import { armGuardian } from "../../chaos/arm-guardian.ts";
import type { Guardian } from "../../chaos/arm-guardian.ts";
import { FAULTS } from "../../chaos/faults/index.ts";
import { createJournal } from "../../chaos/journal.ts";
import type { Journal } from "../../chaos/journal.ts";
import { undoCommands } from "../../chaos/undo-open.ts";
import type { Env } from "../../lib/env.ts";
import { messageOf, ProofloadError } from "../../lib/errors.ts";
import { identifyProcess } from "../../lib/process/identity.ts";
import type { Interrupt } from "../interrupt.ts";
import type { RunFolder } from "../run-folder.ts";
import { createCleanup } from "./cleanup.ts";
import type { Cleanup } from "./cleanup.ts";
import { endRun } from "./end-run.ts";

export interface GuardedOptions {
  readonly env: Env;
  readonly runId: string;
  readonly folder: RunFolder;
  readonly interrupt: Interrupt;
  /** After so long the guardian takes the run for one that hangs, and ends it. */
  readonly longestSeconds: number;
  /** Says what is being done. */
  readonly say: (step: string) => void;
}

/** What a run works with while its guardian watches. */
export interface Guarded {
  readonly journal: Journal;
  readonly cleanup: Cleanup;
  /** Ends the run before its time; `cause` says why. */
  readonly cutShort: (cause: string) => void;
  /** Aborted when the run must end, by whomever. */
  readonly signal: AbortSignal;
}

const LEASE_MS = 15_000;

/**
 * Does `body` with a journal and an armed guardian. Whatever happens, everything that was given to the cleanup has ended, and every fault is undone or told, when it returns or
 * throws. Null: the body was ended before its time.
 */
export async function runGuarded<T>(
  { env, runId, folder, interrupt, longestSeconds, say }: GuardedOptions,
  body: (guarded: Guarded) => Promise<T>,
): Promise<T | null> {
  const stop = new AbortController();
  const signal = AbortSignal.any([interrupt.signal, stop.signal]);
  const cutShort = (cause: string): void => {
    if (signal.aborted) return;
    stop.abort(new ProofloadError({ code: "cut-short", message: cause, exitCode: 3 }));
    folder.emit({ type: "cut-short", cause });
  };
  const onInterrupt = (): void => {
    interrupt.waitingFor("what was injected to be undone");
    folder.emit({ type: "cut-short", cause: interrupt.cause() ?? "SIGINT" });
  };
  interrupt.signal.addEventListener("abort", onInterrupt);
  if (interrupt.signal.aborted) onInterrupt();
  folder.emit({ type: "run-started", runId });

  const runner = await identifyProcess(env, env.pid);
  if (runner === null) throw new Error("this process can't identify itself");
  const deadlineAt = env.clock.now() / 1000 + longestSeconds;
  const journal = createJournal(env, { runId, runDir: folder.dir, runner, deadlineAt });
  interrupt.ifLeft(() => undoCommands(journal.read().open, FAULTS));
  const cleanup = createCleanup();
  let guardian: Guardian | null = null;
  try {
    guardian = await armGuardian(env, {
      journal,
      script: join(env.packageDir, "dist", "guardian.js"),
      runDir: folder.dir,
      leaseMs: LEASE_MS,
    });
    void guardian.lost.then(cutShort);
    return await body({ journal, cleanup, cutShort, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    if (error !== signal.reason) folder.emit({ type: "note", text: messageOf(error) });
    return null;
  } finally {
    interrupt.signal.removeEventListener("abort", onInterrupt);
    say("ending what was started");
    try {
      for (const failure of await cleanup.run(interrupt.waitingFor)) folder.emit({ type: "note", text: failure });
    } finally {
      await endRun({ env, folder, runId, journal, guardian });
    }
  }
}
