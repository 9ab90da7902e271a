import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** A file that is only appended to; each write is on the disk when `append` returns. */
export interface DurableFile {
  readonly path: string;
  append(text: string): void;
  close(): void;
}

/** Opens (or creates) a file for durable appending. */
export function openDurableFile(path: string): DurableFile {
  const file = openSync(path, "a+", 0o600);
  if (endsInMidLine(file)) writeSync(file, "\n");
  syncFolder(dirname(path));
  // What a full disk cut short must not become part of what comes next.
  let torn = false;
  return {
    path,
    append: (text) => {
      const bytes = Buffer.from(torn ? `\n${text}` : text);
      torn = true;
      let written = 0;
      while (written < bytes.length) written += writeSync(file, bytes, written);
      fsyncSync(file);
      torn = false;
    },
    close: () => closeSync(file),
  };
}

/** After a power cut the last line may be torn: what comes next must not become part of it. */
function endsInMidLine(file: number): boolean {
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last.toString() !== "\n";
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
