import type { Env } from "../../lib/env.ts";
import { messageOf, ProofloadError } from "../../lib/errors.ts";
import { httpRequest } from "../../lib/http.ts";
import { tailOf } from "../../lib/process/program.ts";

export interface Waiting {
  readonly name: string;
  /** Answers below 400 when the process can be used. */
  readonly url: string;
  readonly withinSeconds: number;
  /** How it ended, once it has: then nothing more is waited for. Null while it runs, or when somebody else runs it. */
  readonly ended: () => string | null;
  /** Where its output is; null when somebody else runs it. */
  readonly logFile: string | null;
  readonly signal: AbortSignal;
}

const TRY_TIMEOUT_MS = 2000;
const EVERY_MS = 50;

/** Waits until a process of the service is ready; an early end or a passed deadline is an error (exit code 4) that says what was seen last. */
export async function waitForService(env: Env, waiting: Waiting): Promise<void> {
  const { name, url, withinSeconds, signal } = waiting;
  const deadlineMs = env.clock.monotonicMs() + withinSeconds * 1000;
  let seen = "";
  for (;;) {
    const ended = waiting.ended();
    if (ended !== null) throw await notReady(waiting, `${name} ended at once (${ended})`);
    const now = await look(env, url, signal);
    // It may have ended meanwhile, and something else answer on its port.
    if (now === null && waiting.ended() === null) return;
    seen = now ?? seen;
    if (env.clock.monotonicMs() >= deadlineMs) {
      throw await notReady(waiting, `${name} was not ready within ${withinSeconds} s: ${url} ${seen}`);
    }
    await env.clock.sleep(EVERY_MS, signal);
  }
}

/** Null when it is ready, else what is wrong. */
async function look(env: Env, url: string, signal: AbortSignal): Promise<string | null> {
  try {
    const { status } = await httpRequest(env, url, { timeoutMs: TRY_TIMEOUT_MS, signal });
    return status < 400 ? null : `answers ${status}`;
  } catch (error) {
    signal.throwIfAborted();
    return `does not answer (${messageOf(error)})`;
  }
}

async function notReady({ name, logFile }: Waiting, message: string): Promise<ProofloadError> {
  const hint =
    logFile === null
      ? `The run does not start ${name}: start it before, or give it a command, a container, or start and stop in proofload.yaml. \`ready\` is the URL that tells whether it can be used, with an answer below 400.`
      : `Its log is ${logFile}`;
  const logTail = logFile === null ? "" : await tailOf(logFile);
  return new ProofloadError({ code: "service-not-ready", message, hint, logTail, exitCode: 4 });
}
