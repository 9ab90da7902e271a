import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** A file that is only appended to; each write is on the disk when `append` returns. */
export interface DurableFile {
  readonly path: string;
  append(text: string): void;
  close(): void;
}

/** Opens (or creates) a file for durable appending. */
export function openDurableFile(path: string): DurableFile {
  const file = openSync(path, "a", 0o600);
  syncFolder(dirname(path));
  return {
    path,
    append: (text) => {
      const bytes = Buffer.from(text);
      let written = 0;
      while (written < bytes.length) written += writeSync(file, bytes, written);
      fsyncSync(file);
    },
    close: () => closeSync(file),
  };
}

/** Makes a created, renamed or removed name in a folder last through a power cut. */
export function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
