import { describe, expect, test } from "vitest";

import { burnRateOf } from "./burn-rate.ts";

const OPTIONS = { target: 0.99, scrapeIntervalSeconds: 1, budgetWindowSeconds: 2_592_000 };
/** Bad events out of 100 in each second. */
const seconds = (...bad: readonly number[]) =>
  bad.map((one, index) => ({ from: 100 + index, to: 101 + index, bad: one, total: 100 }));

describe("a burn rate", () => {
  test("is the share of bad events over the share that is allowed", () => {
    expect(burnRateOf(seconds(1, 1, 1, 1, 1, 1, 1), OPTIONS)?.whole).toBeCloseTo(1, 12);
    expect(burnRateOf(seconds(0, 0, 7, 7, 0, 0, 0), OPTIONS)?.whole).toBeCloseTo(2, 12);
  });

  test("is told of the worst stretch, which is three scrapes long at least", () => {
    const burn = burnRateOf(seconds(0, 0, 0, 9, 3, 0, 0, 0), OPTIONS);
    expect(burn).toMatchObject({ windowSeconds: 3, worst: { from: 102, to: 105, events: 300 } });
    expect(burn?.worst?.rate).toBeCloseTo(4, 12);
  });

  test("looks at stretches of a twelfth of what is longer", () => {
    const bad = Array.from({ length: 60 }, (_, index) => (index >= 30 && index < 35 ? 10 : 0));
    expect(burnRateOf(seconds(...bad), OPTIONS)).toMatchObject({ windowSeconds: 5, worst: { from: 130, to: 135 } });
  });

  test("has no worst stretch where there is hardly more than one", () => {
    expect(burnRateOf(seconds(1, 0, 0, 0, 0), OPTIONS)?.worst).toBeNull();
  });

  test("says what share of the budget is gone: ten minutes at 14.4 are a third of a percent of 30 days", () => {
    const tenMinutes = Array.from({ length: 600 }, () => 14.4);
    expect(burnRateOf(seconds(...tenMinutes), OPTIONS)?.budgetShare).toBeCloseTo(0.00333, 5);
    expect(burnRateOf(seconds(1), { ...OPTIONS, budgetWindowSeconds: undefined })?.budgetShare).toBeNull();
  });

  test("is none without events", () => {
    expect(burnRateOf([], OPTIONS)).toBeNull();
    expect(burnRateOf([{ from: 0, to: 1, bad: 0, total: 0 }], OPTIONS)).toBeNull();
  });
});
