import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { decide, eventsToDecide, standardNormalQuantile, wilsonInterval } from "./interval.ts";

const counts = fc
  .tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([total, share]) => ({ total, good: Math.round(total * share) }));
const confidence = fc.double({ min: 0.5, max: 0.9999, noNaN: true });
const target = fc.double({ min: 0.01, max: 0.9999, noNaN: true });

describe("standardNormalQuantile", () => {
  test.each([
    [0.5, 0],
    [0.9, 1.2815515655446004],
    [0.95, 1.6448536269514722],
    [0.975, 1.959963984540054],
    [0.999, 3.090232306167813],
  ])("of %f is right to one part in fifty thousand, which the library's own is not", (probability, z) => {
    expect(Math.abs(standardNormalQuantile(probability) - z)).toBeLessThan(2e-5);
  });
});

describe("wilsonInterval", () => {
  test("agrees with published values", () => {
    // R: prop.test(8, 10, conf.level = 0.95, correct = FALSE), two-sided 95 % is one-sided 97.5 %.
    const { low, high } = wilsonInterval(8, 10, 0.975);
    expect(low).toBeCloseTo(0.4901625, 5);
    expect(high).toBeCloseTo(0.9433178, 5);
  });

  test("needs 2,703 events without a failure to prove 99.9 % at 95 %", () => {
    expect(decide(wilsonInterval(2702, 2702, 0.95), 0.999)).toBe("inconclusive");
    expect(decide(wilsonInterval(2703, 2703, 0.95), 0.999)).toBe("pass");
  });

  test("has ordered bounds in [0, 1] that hold the estimate", () => {
    fc.assert(
      fc.property(counts, confidence, ({ good, total }, confidence) => {
        const { low, high } = wilsonInterval(good, total, confidence);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(good / total);
        expect(high).toBeGreaterThanOrEqual(good / total - 1e-15);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("gets no wider with more events of the same share, nor with less confidence", () => {
    fc.assert(
      fc.property(counts, confidence, fc.integer({ min: 2, max: 20 }), ({ good, total }, confidence, times) => {
        const few = wilsonInterval(good, total, confidence);
        const many = wilsonInterval(good * times, total * times, confidence);
        const bold = wilsonInterval(good, total, (confidence + 0.5) / 2);
        for (const narrower of [many, bold]) {
          expect(narrower.low).toBeGreaterThanOrEqual(few.low - 1e-9);
          expect(narrower.high).toBeLessThanOrEqual(few.high + 1e-9);
        }
      }),
    );
  });

  test("mirrors when good and bad change places", () => {
    fc.assert(
      fc.property(counts, confidence, ({ good, total }, confidence) => {
        const one = wilsonInterval(good, total, confidence);
        const other = wilsonInterval(total - good, total, confidence);
        expect(one.low).toBeCloseTo(1 - other.high, 12);
        expect(one.high).toBeCloseTo(1 - other.low, 12);
      }),
    );
  });
});

describe("decide", () => {
  test("passes only with the whole interval in the objective, and fails only with none of it", () => {
    fc.assert(
      fc.property(counts, confidence, target, ({ good, total }, confidence, target) => {
        const interval = wilsonInterval(good, total, confidence);
        const decision = decide(interval, target);
        expect(decision === "pass").toBe(interval.low >= target);
        expect(decision === "fail").toBe(interval.high < target);
        if (decision === "pass") expect(good / total).toBeGreaterThanOrEqual(target);
        if (decision === "fail") expect(good / total).toBeLessThan(target);
      }),
    );
  });

  test("never gets worse with one more good event in place of a bad one", () => {
    const rank = { fail: 0, inconclusive: 1, pass: 2 };
    fc.assert(
      fc.property(counts, confidence, target, ({ good, total }, confidence, target) => {
        fc.pre(good < total);
        const before = decide(wilsonInterval(good, total, confidence), target);
        const after = decide(wilsonInterval(good + 1, total, confidence), target);
        expect(rank[after]).toBeGreaterThanOrEqual(rank[before]);
      }),
    );
  });
});

describe("eventsToDecide", () => {
  test("is the first number of events that decides", () => {
    expect(eventsToDecide(1, 0.999, 0.95)).toBe(2703);
    fc.assert(
      fc.property(counts, confidence, target, ({ good, total }, confidence, target) => {
        const needed = eventsToDecide(good / total, target, confidence);
        fc.pre(needed !== null && confidence > 0.6);
        const enough = wilsonInterval((good / total) * ((needed ?? 0) + 1), (needed ?? 0) + 1, confidence);
        expect(decide(enough, target)).not.toBe("inconclusive");
        if (needed === null || needed < 3) return;
        const few = wilsonInterval((good / total) * (needed - 2), needed - 2, confidence);
        expect(decide(few, target)).toBe("inconclusive");
      }),
    );
  });

  test("is null where the share is the target itself", () => {
    expect(eventsToDecide(0.99, 0.99, 0.95)).toBeNull();
  });
});
