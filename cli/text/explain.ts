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
    env.stderr.write(
      `proofload: ${messageOf(error)}\n--out says where runs go, PROOFLOAD_STATE_DIR where their journals are.\n`,
    );
    return 4;
  }
  const stack = error instanceof Error ? error.stack : undefined;
  env.stderr.write(`proofload: a bug in proofload itself: ${messageOf(error)}\n${stack ?? ""}\n`);
  return 70;
}
