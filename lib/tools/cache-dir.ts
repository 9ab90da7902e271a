import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";

import type { Env } from "../env.ts";
import { messageOf, ProofloadError } from "../errors.ts";

/** The folders that may hold fetched tools: the machine's own first, then one in the project. */
export function cacheDirs(env: Env): readonly [string, string] {
  return [machineCacheDir(env), join(env.cwd, ".proofload", "tools")];
}

/** The first cache folder that can be written to, made if need be. */
export async function writableCacheDir(env: Env): Promise<string> {
  const refusals: string[] = [];
  for (const dir of cacheDirs(env)) {
    try {
      await mkdir(dir, { recursive: true });
      await access(dir, constants.W_OK);
      return dir;
    } catch (error) {
      refusals.push(messageOf(error));
    }
  }
  throw new ProofloadError({
    code: "tool-cache-unwritable",
    message: `There is no folder to keep fetched tools in: ${refusals.join("; ")}.`,
    hint: "Set PROOFLOAD_CACHE_DIR to a folder that can be written to.",
    exitCode: 4,
  });
}

function machineCacheDir(env: Env): string {
  const { PROOFLOAD_CACHE_DIR: own, XDG_CACHE_HOME: xdg } = env.vars;
  if (own !== undefined && own !== "") return resolve(env.cwd, own);
  if (env.platform === "darwin") return join(env.homeDir, "Library", "Caches", "proofload");
  // The XDG specification: a relative path is to be ignored.
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, "proofload");
  return join(env.homeDir, ".cache", "proofload");
}
