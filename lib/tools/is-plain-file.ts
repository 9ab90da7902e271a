import { lstat } from "node:fs/promises";

/** Whether there is a file: no folder, and no link to one. */
export async function isPlainFile(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile();
  } catch {
    return false;
  }
}
