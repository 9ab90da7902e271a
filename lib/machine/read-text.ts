import { readFileSync } from "node:fs";

/** The text of a small file; null when it can't be read. Synchronous: the kernel makes those of /proc and /sys as they are read. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
