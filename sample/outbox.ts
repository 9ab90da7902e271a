import type { Reading } from "./reading.ts";

/** Readings that the store has yet to get, oldest first; bounded. */
export interface Outbox {
  readonly size: number;
  /** False when it is full: the reading was not taken. */
  offer(reading: Reading): boolean;
  /** The oldest readings, which stay until they are removed. */
  oldest(count: number): readonly Reading[];
  remove(id: string): void;
}

/** Creates an empty {@link Outbox}. */
export function createOutbox(capacity: number): Outbox {
  const readings = new Map<string, Reading>();
  return {
    get size() {
      return readings.size;
    },
    offer: (reading) => {
      if (readings.size >= capacity) return false;
      readings.set(reading.id, reading);
      return true;
    },
    oldest: (count) => {
      const found: Reading[] = [];
      for (const reading of readings.values()) {
        if (found.length >= count) break;
        found.push(reading);
      }
      return found;
    },
    remove: (id) => {
      readings.delete(id);
    },
  };
}
