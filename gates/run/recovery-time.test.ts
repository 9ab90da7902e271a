import { describe, expect, test } from "vitest";

import { seeRecovery } from "./recovery-time.ts";

const OPTIONS = { began: 100, withinSeconds: 5, target: 0.99, confidence: 0.95, failureBurst: 1 };
/** Bad events out of 600 in each second after the recovery began. */
const seconds = (...bad: readonly number[]) =>
  bad.map((one, index) => ({ from: 100.2 + index, to: 101.2 + index, bad: one, total: 600 }));

describe("a recovery", () => {
  test("took no time where nothing was missed", () => {
    expect(seeRecovery(seconds(0, 1, 0, 0, 2, 0, 0, 0), OPTIONS)).toMatchObject({
      time: { withinSeconds: 5, seenSeconds: 0 },
      lateChance: null,
      held: true,
    });
  });

  test("lasts to the end of the last stretch that missed, give or take a stretch", () => {
    const seen = seeRecovery(seconds(600, 300, 80, 0, 0, 0, 0, 0), OPTIONS);
    expect(seen.time.seenSeconds).toBeCloseTo(3.2, 6);
    expect(seen.time.uncertaintySeconds).toBeCloseTo(1, 6);
    expect(seen).toMatchObject({ lateChance: null, held: true });
  });

  test("was too slow where a stretch after its time missed for sure", () => {
    const seen = seeRecovery(seconds(600, 600, 600, 600, 600, 600, 600, 0), OPTIONS);
    expect(seen.lateChance).toBeLessThan(1e-6);
    expect(seen.held).toBe(false);
  });

  test("is in doubt where a stretch around its time missed, or one after it by failures that may have come together", () => {
    expect(seeRecovery(seconds(0, 0, 0, 0, 600, 0, 0, 0), OPTIONS)).toMatchObject({ lateChance: null, held: false });
    // 25 of 600: by themselves far too many for 99 %, in bursts hardly.
    expect(seeRecovery(seconds(0, 0, 0, 0, 0, 0, 25, 0), OPTIONS)).toMatchObject({ lateChance: null, held: false });
  });

  test("is not told by single failures, however many stretches there are", () => {
    const many = Array.from({ length: 300 }, (_, index) => (index % 3 === 0 ? 6 : 3));
    expect(seeRecovery(seconds(...many), OPTIONS)).toMatchObject({ lateChance: null, held: true });
  });

  test("is not judged by stretches without events", () => {
    const silent = { from: 106, to: 107, bad: 0, total: 0 };
    expect(seeRecovery([...seconds(0, 0, 0), silent], OPTIONS)).toMatchObject({ lateChance: null, held: true });
    expect(seeRecovery([], OPTIONS)).toMatchObject({ time: { seenSeconds: 0, uncertaintySeconds: 0 }, held: true });
  });
});
