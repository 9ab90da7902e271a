import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

import type { Env } from "../env.ts";

/** Every executable file called `program` in the folders of PATH, in order. Relative folders are passed over. */
export async function findOnPath(env: Env, program: string): Promise<readonly string[]> {
  const folders = [...new Set(foldersOnPath(env))];
  const candidates = folders.map((folder) => join(folder, program));
  const executable = await Promise.all(candidates.map(isExecutableFile));
  return candidates.filter((_, index) => executable[index]);
}

/** The absolute folders that PATH names. */
export function foldersOnPath(env: Env): readonly string[] {
  return (env.vars["PATH"] ?? "").split(delimiter).filter((folder) => isAbsolute(folder));
}

/** Whether there is a file that this process may execute. */
export async function isExecutableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
