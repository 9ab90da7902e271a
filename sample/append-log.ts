import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

const MAX_WAITING = 10_000;

/** A file that only grows, a line at a time. */
export interface AppendLog {
  /** Resolves when the kernel has the line: from then on, it outlives the process. */
  append(line: string): Promise<void>;
  close(): Promise<void>;
}

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Opens or creates a file to append to; what was torn off at its end gets a line of its own. */
export async function openAppendLog(path: string): Promise<AppendLog> {
  const file = await open(path, "a+");
  let torn = await isTorn(file);
  let waiting: Waiting[] = [];
  let draining: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await file.appendFile((torn ? "\n" : "") + batch.map(({ line }) => `${line}\n`).join(""));
        torn = false;
        for (const { resolve } of batch) resolve();
      } catch (error) {
        torn = true;
        for (const { reject } of batch) reject(error);
      }
    }
    draining = undefined;
  }

  return {
    append: (line) => {
      if (waiting.length >= MAX_WAITING) return Promise.reject(new Error("too many lines wait for the disk"));
      return new Promise((resolve, reject) => {
        waiting.push({ line, resolve, reject });
        draining ??= drain();
      });
    },
    close: async () => {
      await draining;
      await file.close();
    },
  };
}

async function isTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const last = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return last.buffer.toString() !== "\n";
}
