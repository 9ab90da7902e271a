import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { openAppendLog } from "./append-log.ts";
import type { Reading } from "./reading.ts";
import { createRecentReadings } from "./recent-readings.ts";
import type { RecentReadings } from "./recent-readings.ts";
import { replayReadings } from "./replay-readings.ts";

const MAX_PERSONS = 10_000;
const MAX_PER_PERSON = 30;
const MAX_IDS = 100_000;

/** Readings on disk, and the latest of them in memory. */
export interface Journal {
  readonly recent: RecentReadings;
  readonly replayed: number;
  readonly skippedLines: number;
  /** Resolves when the reading is on disk; a second one with the same id changes nothing. */
  append(reading: Reading): Promise<"stored" | "duplicate">;
  close(): Promise<void>;
}

/** Opens `readings.ndjson` in a folder, created if need be, and reads back what it holds. */
export async function openJournal(folder: string): Promise<Journal> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "readings.ndjson");
  const log = await openAppendLog(path);
  const recent = createRecentReadings({ maxPersons: MAX_PERSONS, maxPerPerson: MAX_PER_PERSON });
  const ids = new Set<string>();
  const pending = new Map<string, Promise<void>>();
  let replayed = 0;

  function keep(reading: Reading): void {
    recent.add(reading);
    ids.add(reading.id);
    const [oldest] = ids;
    if (ids.size > MAX_IDS && oldest !== undefined) ids.delete(oldest);
  }

  async function write(reading: Reading): Promise<void> {
    try {
      await log.append(JSON.stringify(reading));
      keep(reading);
    } finally {
      pending.delete(reading.id);
    }
  }

  const skippedLines = await replayReadings(path, (reading) => {
    replayed += 1;
    keep(reading);
  });

  return {
    recent,
    replayed,
    skippedLines,
    append: async (reading) => {
      if (ids.has(reading.id)) return "duplicate";
      const first = pending.get(reading.id);
      const written = first ?? write(reading);
      if (first === undefined) pending.set(reading.id, written);
      await written;
      return first === undefined ? "stored" : "duplicate";
    },
    close: () => log.close(),
  };
}
