import type { Env } from "../lib/env.ts";
import { messageOf } from "../lib/errors.ts";
import { isRunning } from "../lib/process/identity.ts";
import { endMarkedProcesses } from "../lib/process/marked.ts";
import type { Fault } from "./fault.ts";
import { listJournals, readJournal, removeJournal, retireJournal, takeOverJournal } from "./journal.ts";
import type { JournalState } from "./journal.ts";
import { undoOpenFaults } from "./undo-open.ts";
import type { UndoResult } from "./undo-open.ts";

const PROCESS_GRACE_MS = 2000;

/** What was found of one earlier run, and what became of it. */
export type Recovery =
  | { readonly kind: "running"; readonly runId: string }
  | {
      readonly kind: "recovered";
      readonly runId: string;
      readonly undone: readonly UndoResult[];
      /** Pids of programs of that run which could not be ended. */
      readonly processesLeft: readonly number[];
    }
  | { readonly kind: "unreadable"; readonly path: string; readonly message: string };

/** Ends whatever earlier runs left behind; a run whose runner or guardian still lives looks after itself. */
export async function recoverEarlierRuns(env: Env, faults: readonly Fault[]): Promise<readonly Recovery[]> {
  const recoveries: Recovery[] = [];
  for (const path of listJournals(env)) {
    let state: JournalState;
    try {
      state = readJournal(path);
    } catch (error) {
      // The first line is fsynced before anything else happens: a journal without one is of a run that did nothing.
      recoveries.push({ kind: "unreadable", path, message: messageOf(error) });
      removeJournal(path);
      continue;
    }
    const alive = [state.runner, ...(state.guardian === null ? [] : [state.guardian])];
    const living = await Promise.all(alive.map((identity) => isRunning(env, identity)));
    recoveries.push(
      living.includes(true)
        ? { kind: "running", runId: state.runId }
        : await recoverRun(env, path, state.runId, faults),
    );
  }
  return recoveries;
}

/** Undoes the open faults of one run, then ends its programs; the journal goes only when nothing is left. */
export async function recoverRun(env: Env, path: string, runId: string, faults: readonly Fault[]): Promise<Recovery> {
  const journal = takeOverJournal(env, path, `pid ${env.pid}`);
  const undone = await undoOpenFaults(env, journal, faults);
  const processesLeft = await endMarkedProcesses(env, runId, PROCESS_GRACE_MS);
  if (processesLeft.length === 0 && undone.every((result) => result.kind === "undone")) retireJournal(journal);
  else journal.close();
  return { kind: "recovered", runId, undone, processesLeft };
}
