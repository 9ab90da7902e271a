import { expect, test } from "vitest";

import { crashTrials } from "./support/crash-trials.ts";

test("25 runs whose runner is killed at any moment, six of them with their guardian, leave nothing behind", async () => {
  const trials = await crashTrials(25);
  expect(trials.filter(({ left }) => left.length > 0)).toEqual([]);
  // Some were killed while a fault was on, or this proves nothing.
  expect(trials.filter(({ open }) => open !== null && open.length > 0).length).toBeGreaterThanOrEqual(3);
  expect(trials.filter(({ guardianKilled }) => guardianKilled).length).toBeGreaterThanOrEqual(2);
});
