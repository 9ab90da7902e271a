import { join } from "node:path";

import { makeFolder } from "../lib/make-folder.ts";
import type { Env } from "../lib/env.ts";
import { ProofloadError, systemCodeOf } from "../lib/errors.ts";
import { holdLock } from "../lib/tools/hold-lock.ts";
import { journalFolder, listJournals, readJournal } from "./journal.ts";

/** A fault of another run that is, or may be, on the same resource. */
export interface Conflict {
  readonly runId: string;
  readonly fault: string;
  readonly target: string;
}

/** The first open fault of another run that has one of these locks; null when they are free. The journals are the register: what is undone is free. */
export function findConflict(
  env: Pick<Env, "vars" | "homeDir" | "cwd">,
  ownJournal: string,
  locks: readonly string[],
): Conflict | null {
  for (const path of listJournals(env)) {
    if (path === ownJournal) continue;
    const state = openFaultsOf(path);
    const open = state?.open.find((fault) => fault.locks.some((lock) => locks.includes(lock)));
    if (state !== null && open !== undefined) {
      return { runId: state.runId, fault: open.fault, target: open.target };
    }
  }
  return null;
}

/** Throws (exit code 4) when another run has a fault on one of these resources. */
export function refuseConflict(
  env: Pick<Env, "vars" | "homeDir" | "cwd">,
  ownJournal: string,
  locks: readonly string[],
): void {
  const conflict = findConflict(env, ownJournal, locks);
  if (conflict === null) return;
  throw new ProofloadError({
    code: "target-busy",
    message: `run ${conflict.runId} has its fault ${conflict.fault} on ${conflict.target}: two at once would undo each other`,
    hint: "Wait until that run has ended; if it was cut off, `proofload chaos recover` ends its faults.",
    exitCode: 4,
  });
}

/** Does `claim`, which writes the intents, while no other run can; throws like {@link refuseConflict} when one has these locks. */
export async function claimLocks(
  env: Env,
  options: { readonly ownJournal: string; readonly locks: readonly string[]; readonly signal: AbortSignal },
  claim: () => void,
): Promise<void> {
  const folder = journalFolder(env);
  makeFolder(folder, 0o700);
  await using _ = await holdLock(env, join(folder, "locks"), { signal: options.signal, onWait: () => undefined });
  refuseConflict(env, options.ownJournal, options.locks);
  claim();
}

/** One that is gone by now has nothing open; one that can't be read is told by the sweep, and stops every run before its faults. */
function openFaultsOf(path: string): ReturnType<typeof readJournal> | null {
  try {
    return readJournal(path);
  } catch (error) {
    if (error instanceof ProofloadError || systemCodeOf(error) === "ENOENT") return null;
    throw error;
  }
}
