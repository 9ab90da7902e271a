import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { makeFolder } from "../lib/make-folder.ts";
import type { Env } from "../lib/env.ts";
import { ProofloadError } from "../lib/errors.ts";
import { journalFolder } from "./journal.ts";

type Place = Pick<Env, "vars" | "homeDir" | "cwd">;

/** The file that ends all faults of this user on this machine while it is there, whoever makes it. */
export function haltFile(env: Place): string {
  return join(journalFolder(env), "halt");
}

/** Why no fault may be on; null when nobody said so. */
export function haltReason(env: Place): string | null {
  const file = haltFile(env);
  if (!existsSync(file)) return null;
  const why = readText(file).trim().split("\n")[0] ?? "";
  return why === "" ? `${file} is there` : `${file} says: ${why}`;
}

/** Makes the file. */
export function halt(env: Place, why: string): void {
  makeFolder(journalFolder(env), 0o700);
  writeFileSync(haltFile(env), `${why}\n`);
}

/** Takes the file away; answers whether there was one. */
export function liftHalt(env: Place): boolean {
  const wasThere = existsSync(haltFile(env));
  rmSync(haltFile(env), { force: true });
  return wasThere;
}

/** Throws (exit code 4) while a halt is on. */
export function refuseHalted(env: Place): void {
  const why = haltReason(env);
  if (why === null) return;
  throw new ProofloadError({
    code: "halted",
    message: `no fault may be injected: ${why}`,
    hint: "When that is over: proofload chaos halt --lift",
    exitCode: 4,
  });
}

/** The file may be empty, or anybody's. */
function readText(file: string): string {
  try {
    return readFileSync(file, "utf8").slice(0, 500);
  } catch {
    return "";
  }
}
