import type { Env } from "../lib/env.ts";
import { messageOf } from "../lib/errors.ts";
import type { Fault } from "./fault.ts";
import type { Journal, OpenFault } from "./journal.ts";

const ATTEMPTS = 3;
const ATTEMPT_TIMEOUT_MS = 10_000;

/** What became of an open fault. */
export type UndoResult = { readonly fault: OpenFault } & (
  | { readonly kind: "undone" }
  | { readonly kind: "left"; readonly message: string }
);

/** Undoes every open fault of a journal, the last one first, going on past failures. */
export async function undoOpenFaults(
  env: Env,
  journal: Journal,
  faults: readonly Fault[],
): Promise<readonly UndoResult[]> {
  const { open, runId } = journal.read();
  const results: UndoResult[] = [];
  for (const fault of open.toReversed()) {
    const definition = faults.find((one) => one.kind === fault.kind);
    const message =
      definition === undefined
        ? `this version of proofload knows no fault '${fault.kind}'`
        : await attempt(env, async () => definition.undo({ env, runId }, fault.undo));
    if (message === null) {
      journal.write({ type: "undone", id: fault.id, at: env.clock.now() / 1000 });
      results.push({ kind: "undone", fault });
    } else {
      results.push({ kind: "left", fault, message });
    }
  }
  return results;
}

/** Tries an undo a few times, each with a deadline; null when it worked, else the last failure's message. */
export async function attempt(env: Pick<Env, "clock">, undo: () => Promise<void>): Promise<string | null> {
  let message = "";
  for (let tries = 0; tries < ATTEMPTS; tries += 1) {
    try {
      if (tries > 0) await env.clock.sleep(300 * tries);
      await withDeadline(env, undo());
      return null;
    } catch (error) {
      message = messageOf(error);
    }
  }
  return message;
}

async function withDeadline(env: Pick<Env, "clock">, work: Promise<void>): Promise<void> {
  const done = new AbortController();
  const deadline = env.clock.sleep(ATTEMPT_TIMEOUT_MS, done.signal).then(() => {
    throw new Error(`no answer within ${ATTEMPT_TIMEOUT_MS / 1000} s`);
  });
  // When the work wins, the sleep's rejection is of no interest.
  deadline.catch(() => undefined);
  try {
    await Promise.race([work, deadline]);
  } finally {
    done.abort(new Error("done"));
  }
}
