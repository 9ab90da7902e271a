import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { makeFolder } from "../lib/make-folder.ts";
import { openDurableFile, syncFolder } from "../lib/durable-file.ts";
import type { DurableFile } from "../lib/durable-file.ts";
import type { Env } from "../lib/env.ts";
import { ProofloadError, systemCodeOf } from "../lib/errors.ts";
import type { ProcessIdentity } from "../lib/process/identity.ts";
import { formatJournalLine, parseJournal, withoutSecrets } from "./journal-line.ts";
import type { JournalEntry, JournalLines, OwedStep } from "./journal-line.ts";

/** What a journal says: who wrote it, which faults may still be there, and what else is to be ended. */
export interface JournalState {
  readonly runId: string;
  readonly runDir: string;
  readonly runner: ProcessIdentity;
  readonly guardian: ProcessIdentity | null;
  readonly deadlineAt: number;
  readonly fence: number;
  readonly open: readonly OpenFault[];
  /** What of the service still has to be ended, in the order in which it was begun. */
  readonly owed: readonly OwedState[];
  /** How many lines may tell of a fault, and can't be read. */
  readonly unreadable: number;
}

/** A step that nobody has taken yet; `begun` when nothing of it can appear any more. */
export interface OwedState {
  readonly step: OwedStep;
  readonly begun: boolean;
}

/** A fault with an intent and no undo. */
export interface OpenFault {
  readonly id: number;
  readonly fault: string;
  readonly kind: string;
  readonly target: string;
  readonly undo: unknown;
  readonly locks: readonly string[];
}

/**
 * The write-ahead journal of what one run has to undo and to end. Every write is on the disk before it returns; the file
 * can be read by its user alone (mode 0600), because it holds the variables of stop commands.
 */
export interface Journal {
  readonly path: string;
  write(entry: JournalEntry): void;
  read(): JournalState;
  close(): void;
}

/**
 * Where the journals of running and of crashed runs are: one place for the user, so that any checkout finds them.
 * Absolute, because the guardian runs in another folder.
 */
export function journalFolder(env: Pick<Env, "vars" | "homeDir" | "cwd">): string {
  const { PROOFLOAD_STATE_DIR: own, XDG_STATE_HOME: state } = env.vars;
  if (own !== undefined && own !== "") return resolve(env.cwd, own);
  const base = state === undefined || state === "" ? join(env.homeDir, ".local", "state") : state;
  return resolve(env.cwd, base, "proofload");
}

/** The path of a run's journal. */
export function journalPath(folder: string, runId: string): string {
  return join(folder, `${runId}.journal`);
}

/** Creates the journal of a run. */
export function createJournal(
  env: Pick<Env, "vars" | "homeDir" | "cwd" | "clock">,
  opening: {
    readonly runId: string;
    readonly runDir: string;
    readonly runner: ProcessIdentity;
    readonly deadlineAt: number;
  },
): Journal {
  const folder = journalFolder(env);
  makeFolder(folder, 0o700);
  const path = journalPath(folder, opening.runId);
  // A disk that has no place for this has none for what an undo has to write down.
  writeFileSync(reservePath(path), Buffer.alloc(RESERVE_BYTES), { mode: 0o600 });
  // It appears with its first line in it: whoever sweeps meanwhile sees all of it or nothing.
  const first = openDurableFile(`${path}.new`);
  try {
    first.append(formatJournalLine({ type: "opened", ...opening, at: env.clock.now() / 1000 }));
    renameSync(`${path}.new`, path);
  } catch (error) {
    rmSync(`${path}.new`, { force: true });
    rmSync(reservePath(path), { force: true });
    throw error;
  } finally {
    first.close();
  }
  syncFolder(folder);
  return openJournal(path, 1);
}

/** Opens an existing journal as a new writer; whoever wrote before is fenced off. */
export function takeOverJournal(env: Pick<Env, "clock">, path: string, by: string): Journal {
  const fence = readJournal(path).fence + 1;
  const journal = openJournal(path, fence);
  journal.write({ type: "taken-over", fence, by, at: env.clock.now() / 1000 });
  return journal;
}

/** Reads a journal; throws when its first line is missing, which means that nothing was injected yet. */
export function readJournal(path: string): JournalState {
  return stateOf(parseJournal(readFileSync(path, "utf8")), path);
}

/** The journals that are there: those of live runs, and of runs that left something to do. */
export function listJournals(env: Pick<Env, "vars" | "homeDir" | "cwd">): readonly string[] {
  const folder = journalFolder(env);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".journal"))
    .toSorted()
    .map((name) => join(folder, name));
}

function openJournal(path: string, fence: number): Journal {
  const file = openDurableFile(path);
  return {
    path,
    write: (entry) => {
      // Writes are rare, so the file itself is asked whether somebody else took over.
      if (readJournal(path).fence !== fence && !(entry.type === "taken-over" && entry.fence === fence)) {
        throw new ProofloadError({
          code: "fenced",
          message: "another process took over the faults of this run and undoes them",
          hint: "This process was held up for longer than its lease; run again.",
          exitCode: 3,
        });
      }
      appendOrMakeRoom(file, formatJournalLine(entry));
    },
    read: () => readJournal(path),
    close: () => {
      file.close();
    },
  };
}

/** Many times what a run writes after its first fault. */
const RESERVE_BYTES = 64 * 1024;

/** Beside each journal some place is kept on the disk, which is given up when the disk is full: an undo must be written down, or the next run does it again. */
function reservePath(journal: string): string {
  return journal.replace(/\.journal$/, ".reserve");
}

function appendOrMakeRoom(file: DurableFile, line: string): void {
  try {
    file.append(line);
  } catch (error) {
    if (!["ENOSPC", "EDQUOT"].includes(systemCodeOf(error) ?? "")) throw error;
    rmSync(reservePath(file.path), { force: true });
    // What was written of the line is torn, and passed over.
    file.append(line);
  }
}

const DAMAGE_CURE =
  "look whether a fault of its run is still on (its lines tell which), end it by hand, then remove the file";

function stateOf({ entries, unreadable }: JournalLines, path: string): JournalState {
  const [opening] = entries;
  if (opening?.type !== "opened") {
    throw new ProofloadError({
      code: "bad-journal",
      message: `${path} does not begin as a journal does: it was damaged, or is of another version; ${DAMAGE_CURE}`,
      exitCode: 5,
    });
  }
  const open = new Map<number, OpenFault>();
  const owed = new Map<string, OwedState>();
  let fence = 1;
  let guardian: ProcessIdentity | null = null;
  for (const entry of entries) {
    switch (entry.type) {
      case "intent":
        open.set(entry.id, entry);
        break;
      case "undone":
        open.delete(entry.id);
        break;
      case "taken-over":
        fence = entry.fence;
        break;
      case "guardian-armed":
        guardian = entry.guardian;
        break;
      case "owed":
        owed.set(entry.step.process, { step: entry.step, begun: false });
        break;
      case "owed-begun": {
        const begun = owed.get(entry.process);
        if (begun !== undefined) owed.set(entry.process, { ...begun, begun: true });
        break;
      }
      case "paid":
        owed.delete(entry.process);
        break;
      case "opened":
      case "injected":
        break;
    }
  }
  const { runId, runDir, runner, deadlineAt } = opening;
  return {
    runId,
    runDir,
    runner,
    guardian,
    deadlineAt,
    fence,
    open: [...open.values()],
    owed: [...owed.values()],
    unreadable,
  };
}

/** What a journal may tell of that nobody can read, in words; null where all can be read. */
export function unreadOf(journal: Pick<Journal, "path" | "read">): string | null {
  const { unreadable } = journal.read();
  if (unreadable === 0) return null;
  return `what ${unreadable} damaged line${unreadable === 1 ? "" : "s"} of ${journal.path} told of: ${DAMAGE_CURE}`;
}

/** Moves the journal into its run's folder, as evidence and without secrets: called when everything is undone. */
export function retireJournal(journal: Journal): void {
  const { runDir } = journal.read();
  journal.close();
  // The run's folder may be gone or its disk full: what counts is that nothing is left to undo.
  if (existsSync(runDir)) {
    try {
      const lines = parseJournal(readFileSync(journal.path, "utf8")).entries.map(withoutSecrets).map(formatJournalLine);
      writeFileSync(join(runDir, "faults.journal"), lines.join(""), { mode: 0o600 });
    } catch (error) {
      if (systemCodeOf(error) === undefined) throw error;
    }
  }
  rmSync(reservePath(journal.path), { force: true });
  rmSync(journal.path, { force: true });
  syncFolder(dirname(journal.path));
}
