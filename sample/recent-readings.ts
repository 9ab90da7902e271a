import type { Reading } from "./reading.ts";

/** The latest readings of the persons seen last; both numbers are bounded. */
export interface RecentReadings {
  readonly persons: number;
  /** Keeps a reading, unless its id is known or it is older than all that are kept. */
  add(reading: Reading): void;
  /** A person's readings, newest first; empty for an unknown person. */
  of(person: string): readonly Reading[];
}

/** Creates an empty {@link RecentReadings}; the person untouched for longest is forgotten first. */
export function createRecentReadings(limits: {
  readonly maxPersons: number;
  readonly maxPerPerson: number;
}): RecentReadings {
  // A Map keeps the order of insertion: deleting and setting again moves a person to its end.
  const byPerson = new Map<string, Reading[]>();

  function touch(person: string, readings: Reading[]): void {
    byPerson.delete(person);
    byPerson.set(person, readings);
    if (byPerson.size <= limits.maxPersons) return;
    const [oldest] = byPerson.keys();
    if (oldest !== undefined) byPerson.delete(oldest);
  }

  return {
    get persons() {
      return byPerson.size;
    },
    add: (reading) => {
      const readings = byPerson.get(reading.person) ?? [];
      touch(reading.person, readings);
      if (readings.some((kept) => kept.id === reading.id)) return;
      const older = readings.findIndex((kept) => kept.takenAt <= reading.takenAt);
      readings.splice(older < 0 ? readings.length : older, 0, reading);
      if (readings.length > limits.maxPerPerson) readings.length = limits.maxPerPerson;
    },
    of: (person) => {
      const readings = byPerson.get(person);
      if (readings === undefined) return [];
      touch(person, readings);
      return readings;
    },
  };
}
