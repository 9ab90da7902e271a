import { readdirSync } from "node:fs";

import { readText } from "./read-text.ts";

/** Linux's /proc, as far as it is read here. */
export interface ProcFiles {
  /** The text of /proc/PATH; null when it can't be read (a process that has ended). */
  read(path: string): string | null;
  /** The ids of all processes that can be seen. */
  pids(): readonly number[];
}

/** The real /proc. Synchronous: the kernel makes these files as they are read, and a thread for each would cost more. */
export function createProcFiles(): ProcFiles {
  return {
    read: (path) => readText(`/proc/${path}`),
    pids: () => {
      try {
        return readdirSync("/proc")
          .filter((name) => /^\d+$/.test(name))
          .map(Number);
      } catch {
        return [];
      }
    },
  };
}
