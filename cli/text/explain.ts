import { journalFolder } from "../../chaos/journal.ts";
import type { Env } from "../../lib/env.ts";
import { messageOf, ProofloadError, systemCodeOf } from "../../lib/errors.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";

/** System errors that a machine's owner can mend: no place, no right to write. */
const MACHINE_TROUBLE: readonly (string | undefined)[] = [
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOSPC",
  "EDQUOT",
  "ENOTDIR",
  "EISDIR",
  "EEXIST",
  "ENOENT",
  "ENAMETOOLONG",
  "ELOOP",
  "EMFILE",
];

/** Says on standard error what went wrong and what to do; answers the exit code. */
export function explain(env: Env, error: unknown): ExitCode {
  if (error instanceof ProofloadError) {
    const hint = error.hint === undefined ? "" : `${error.hint}\n`;
    const tail = error.logTail === "" ? "" : `It ends with:\n${error.logTail}\n`;
    env.stderr.write(`proofload: ${error.message}\n${hint}${tail}`);
    return error.exitCode;
  }
  if (MACHINE_TROUBLE.includes(systemCodeOf(error))) {
    env.stderr.write(`proofload: ${messageOf(error)}\n${placeHint(env, error)}\n`);
    return 4;
  }
  const stack = error instanceof Error ? error.stack : undefined;
  env.stderr.write(`proofload: a bug in proofload itself: ${messageOf(error)}\n${stack ?? ""}\n`);
  return 70;
}

function placeHint(env: Env, error: unknown): string {
  const path = error instanceof Error && "path" in error ? String(error.path) : "";
  const state = journalFolder(env);
  // What could not be made may be a folder above it.
  const isState = path !== "" && (isWithin(path, state) || isWithin(state, path));
  return isState
    ? "PROOFLOAD_STATE_DIR (or XDG_STATE_HOME) says where the journals of runs are kept."
    : "--out says where what is written goes, PROOFLOAD_STATE_DIR where the journals of runs are kept.";
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
