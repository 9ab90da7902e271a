import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder and those above it, each once and of this mode (0o777 less the umask if left out); throws the system's error where one can't be made. Node's own
 * `recursive` never comes back where a folder is there that takes nothing, such as /proc.
 */
export function makeFolder(path: string, mode?: number): void {
  const missing: string[] = [];
  let at = resolve(path);
  while (!existsSync(at) && at !== dirname(at)) {
    missing.unshift(at);
    at = dirname(at);
  }
  for (const folder of missing) makeOne(folder, mode);
  // A file in its place is told by the system's own error.
  if (missing.length === 0 && !statSync(at).isDirectory()) mkdirSync(at);
}

/** Somebody else may make it at the same time. */
function makeOne(folder: string, mode: number | undefined): void {
  try {
    mkdirSync(folder, mode === undefined ? {} : { mode });
  } catch (error) {
    if (!existsSync(folder) || !statSync(folder).isDirectory()) throw error;
  }
}
