import { expect, test } from "vitest";

import type { Reading } from "./reading.ts";
import { createRecentReadings } from "./recent-readings.ts";
import { recoveryOf } from "./recovery.ts";

function reading(day: number, values: Partial<Reading> = {}): Reading {
  const takenAt = `2026-03-${String(day).padStart(2, "0")}T07:00:00.000Z`;
  return { id: `${values.person ?? "ada"}-${day}`, person: "ada", hrvRmssdMs: 60, sleepHours: 8, takenAt, ...values };
}

test("a rested person scores 100, a spent one 0", () => {
  expect(recoveryOf([reading(1, { hrvRmssdMs: 120, sleepHours: 9 })])?.recoveryScore).toBe(100);
  expect(recoveryOf([reading(1, { hrvRmssdMs: 15, sleepHours: 5 })])?.recoveryScore).toBe(0);
});

test("the score weighs variability with 0.6 and sleep with 0.4", () => {
  // ln(60/15) / ln(120/15) = 2/3, and half of the three hours that count as the worst.
  expect(recoveryOf([reading(1, { hrvRmssdMs: 60, sleepHours: 6.5 })])?.recoveryScore).toBe(60);
});

test("sleep debt sums what is missing to eight hours over seven readings, and surplus pays nothing back", () => {
  const week = [10, 7, 7, 7, 7, 7, 7, 1].map((sleepHours, index) => reading(20 - index, { sleepHours }));
  expect(recoveryOf(week)).toMatchObject({ sleepDebtHours: 6, asOf: "2026-03-20T07:00:00.000Z" });
});

test("without readings there is no recovery", () => {
  expect(recoveryOf([])).toBeUndefined();
});

test("readings are kept newest first, whatever order they come in, and one id counts once", () => {
  const recent = createRecentReadings({ maxPersons: 10, maxPerPerson: 3 });
  for (const day of [2, 5, 1, 4, 4, 3]) recent.add(reading(day));
  expect(recent.of("ada").map(({ id }) => id)).toEqual(["ada-5", "ada-4", "ada-3"]);
});

test("the person untouched for longest is forgotten first", () => {
  const recent = createRecentReadings({ maxPersons: 2, maxPerPerson: 3 });
  recent.add(reading(1, { person: "ada" }));
  recent.add(reading(1, { person: "bea" }));
  recent.of("ada");
  recent.add(reading(1, { person: "cyd" }));
  expect(recent.persons).toBe(2);
  expect(recent.of("ada")).toHaveLength(1);
  expect(recent.of("bea")).toHaveLength(0);
});
