import { readFile } from "node:fs/promises";

import type { Env } from "../../lib/env.ts";
import { ProofloadError, usageError } from "../../lib/errors.ts";
import { identifyProcess } from "../../lib/process/identity.ts";
import type { ProcessIdentity } from "../../lib/process/identity.ts";
import type { Target } from "../target.ts";

/** The target of a fault on processes, with who it is now; throws when it is of another kind, does not run, or is proofload itself. */
export async function resolveProcess(
  env: Env,
  target: Target,
  kind: string,
): Promise<Extract<Target, { readonly kind: "process" }> & { readonly identity: ProcessIdentity }> {
  if (target.kind !== "process")
    throw usageError("wrong-target", `${kind} works on a process, not on a ${target.kind}`);
  const identity = await processOf(env, target.pidFile);
  if (identity === null) {
    throw new ProofloadError({
      code: "no-target",
      message: `process ${target.name} is not running: ${target.pidFile} names no living process`,
      exitCode: 4,
    });
  }
  if (identity.pid === env.pid) throw usageError("own-process", "proofload does not break its own processes");
  return { ...target, identity };
}

/** The process that a pid file names; null when it names no living one. */
export async function processOf(env: Env, pidFile: string): Promise<ProcessIdentity | null> {
  const text = await readFile(pidFile, "utf8").catch(() => "");
  const pid = /^\s*(\d+)\s*$/.exec(text)?.[1];
  // 0 and 1 would mean this process group and init.
  return pid === undefined || Number(pid) < 2 ? null : identifyProcess(env, Number(pid));
}
