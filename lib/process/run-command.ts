import { inTime, unlessAborted } from "../deadline.ts";
import type { Env, Exit } from "../env.ts";
import { ProofloadError } from "../errors.ts";
import { exitText, startProgram, tailOf } from "./program.ts";

export interface Command {
  /** What it is, for messages: `store's start command`. */
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** Added to the few variables that every program gets (PATH, HOME, …). */
  readonly vars: Readonly<Record<string, string>>;
  /** Its output is added there. A file and no pipe: what it leaves running may keep its output open. */
  readonly logFile: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

const STOP_GRACE_MS = 3000;

/**
 * Runs a command of a run to its end. Another exit code than 0, or a passed deadline, is an error (exit code 4) that
 * quotes the log; rejects with the signal's reason when it was aborted. What it left running goes on.
 */
export async function runCommand(env: Env, runId: string, command: Command): Promise<void> {
  const { signal, timeoutMs } = command;
  signal?.throwIfAborted();
  const program = await startProgram(env, runId, { ...command, readyUrl: null, readyTimeoutMs: 0 });
  await inTime(env.clock, unlessAborted(signal, program.exited), timeoutMs);
  const exit = program.exit();
  if (exit?.kind === "exited" && exit.code === 0) return;
  await program.stop({ graceMs: STOP_GRACE_MS });
  signal?.throwIfAborted();
  throw new ProofloadError({
    code: "command-failed",
    message: `${command.name} (${command.argv[0]}) ${failure(exit, timeoutMs)}`,
    hint: `Its output is in ${command.logFile}`,
    logTail: await tailOf(command.logFile),
    exitCode: 4,
  });
}

function failure(exit: Exit | null, timeoutMs: number): string {
  return exit === null ? `did not end within ${timeoutMs / 1000} s` : `ended with ${exitText(exit)}`;
}
