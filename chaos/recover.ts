import type { Env } from "../lib/env.ts";
import { messageOf, systemCodeOf } from "../lib/errors.ts";
import { isAwake } from "../lib/process/identity.ts";
import { endRun } from "./end-run.ts";
import type { Fault } from "./fault.ts";
import { listJournals, readJournal, retireJournal, takeOverJournal, unreadOf } from "./journal.ts";
import type { OwedResult } from "./stop-service.ts";
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
      readonly service: readonly OwedResult[];
      /** Pids of programs of that run which could not be ended. */
      readonly processesLeft: readonly number[];
      /** What its journal held that could not be read; null when all could. */
      readonly unread: string | null;
    }
  /** The journal could not be read or written: what it holds is still to be undone. */
  | { readonly kind: "failed"; readonly path: string; readonly message: string };

/** So long after a run's deadline a guardian that still did nothing is not waited for any more. */
const GUARDIAN_SLACK_SECONDS = 60;

/** Ends whatever earlier runs left; a run whose runner or guardian still lives, and was not stopped, looks after itself. One that fails stops no other. */
export async function recoverEarlierRuns(env: Env, faults: readonly Fault[]): Promise<readonly Recovery[]> {
  const recoveries: Recovery[] = [];
  for (const path of listJournals(env)) {
    try {
      recoveries.push(await recoverJournal(env, path, faults));
    } catch (error) {
      // A run that ended well between the listing and now has taken its journal away.
      if (systemCodeOf(error) !== "ENOENT") recoveries.push({ kind: "failed", path, message: messageOf(error) });
    }
  }
  return recoveries;
}

async function recoverJournal(env: Env, path: string, faults: readonly Fault[]): Promise<Recovery> {
  const { runId, runner, guardian, deadlineAt } = readJournal(path);
  const runnerLives = await isAwake(env, runner);
  const guardianLives = guardian !== null && (await isAwake(env, guardian));
  const overdue = env.clock.now() / 1000 > deadlineAt + GUARDIAN_SLACK_SECONDS;
  if (runnerLives || (guardianLives && !overdue)) return { kind: "running", runId };
  const journal = takeOverJournal(env, path, `pid ${env.pid}`);
  const undone = await undoOpenFaults(env, journal, faults);
  const { service, processesLeft } = await endRun(env, journal, PROCESS_GRACE_MS);
  const unread = unreadOf(journal);
  const clean =
    unread === null &&
    processesLeft.length === 0 &&
    undone.every((result) => result.kind === "undone") &&
    service.every((result) => result.kind === "paid");
  // The journal goes only when nothing is left.
  if (clean) retireJournal(journal);
  else journal.close();
  return { kind: "recovered", runId, undone, service, processesLeft, unread };
}
