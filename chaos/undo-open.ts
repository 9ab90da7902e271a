import type { Env } from "../lib/env.ts";
import { inTime } from "../lib/deadline.ts";
import { messageOf } from "../lib/errors.ts";
import type { Fault } from "./fault.ts";
import type { Journal, OpenFault } from "./journal.ts";

const ATTEMPTS = 3;
const ATTEMPT_TIMEOUT_MS = 10_000;
/** So long an engine or a proxy that was restarted has to come back. */
const TRY_FOR_MS = 30_000;
const LONGEST_PAUSE_MS = 2000;

/** What became of an open fault. */
export type UndoResult = { readonly fault: OpenFault } & (
  | { readonly kind: "undone" }
  | { readonly kind: "left"; readonly message: string }
);

/** Undoes every open fault of a journal, and `again` before them in time, the last one first, going on past failures. */
export async function undoOpenFaults(
  env: Env,
  journal: Journal,
  faults: readonly Fault[],
  again: readonly OpenFault[] = [],
): Promise<readonly UndoResult[]> {
  const { open: found, runId } = journal.read();
  const open = [...again.filter(({ id }) => found.every((one) => one.id !== id)), ...found];
  const results: UndoResult[] = [];
  const attempt = createAttempt(env);
  for (const fault of open.toReversed()) {
    const definition = faults.find((one) => one.kind === fault.kind);
    const message =
      definition === undefined
        ? `this version of proofload knows no fault '${fault.kind}'`
        : await attempt(async () => definition.undo({ env, runId }, fault.undo));
    if (message === null) {
      // A full disk must not keep the next fault from being undone; what is undone twice does no harm.
      const unwritten = tryTo(() => journal.write({ type: "undone", id: fault.id, at: env.clock.now() / 1000 }));
      if (unwritten !== null) env.stderr.write(`${journal.path}: ${unwritten}\n`);
      results.push({ kind: "undone", fault });
    } else {
      results.push({ kind: "left", fault, message });
    }
  }
  return results;
}

/**
 * Tries undos, each a few times and with a deadline for each try, and again until half a minute since now is over: what all of them need may come back. What is
 * made answers null when the undo worked, else the last failure's message.
 */
export function createAttempt(env: Pick<Env, "clock">): (undo: () => Promise<void>) => Promise<string | null> {
  const { clock } = env;
  const giveUpMs = clock.monotonicMs() + TRY_FOR_MS;
  return async (undo) => {
    let message = "";
    for (let tries = 0; tries < ATTEMPTS || clock.monotonicMs() < giveUpMs; tries += 1) {
      try {
        if (tries > 0) await clock.sleep(Math.min(LONGEST_PAUSE_MS, 300 * tries));
        if (await inTime(clock, undo(), ATTEMPT_TIMEOUT_MS)) return null;
        message = `no answer within ${ATTEMPT_TIMEOUT_MS / 1000} s`;
      } catch (error) {
        message = messageOf(error);
      }
    }
    return message;
  };
}

/** Null when it worked, else why not. */
function tryTo(step: () => void): string | null {
  try {
    step();
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** How each open fault is undone by hand, the last one first. */
export function undoCommands(open: readonly OpenFault[], faults: readonly Fault[]): readonly string[] {
  return open
    .toReversed()
    .flatMap(({ kind, undo }) => faults.find((one) => one.kind === kind)?.undoCommand(undo) ?? []);
}
