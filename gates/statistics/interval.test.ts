import { describe, expect, test } from "vitest";

import { fc } from "../../lib/testing/properties.ts";
import { decide, eventsToDecide, missProbability, shareInterval } from "./interval.ts";

const counts = fc
  .tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([total, share]) => ({ total, good: Math.round(total * share) }));
const confidence = fc.double({ min: 0.5, max: 0.9999, noNaN: true });
const target = fc.double({ min: 0.01, max: 0.9999, noNaN: true });
const weight = fc.double({ min: 0.01, max: 1, noNaN: true });
const weights = fc.tuple(weight, weight).map(([pass, fail]) => ({ pass: Math.min(pass, fail), fail }));

/** The chance of `bad` bad events or more among `total`, summed term by term. */
function binomialTail(bad: number, total: number, share: number): number {
  let term = (1 - share) ** total;
  let below = 0;
  for (let count = 0; count < bad; count++) {
    below += term;
    term *= ((total - count) / (count + 1)) * (share / (1 - share));
  }
  return 1 - below;
}

describe("shareInterval", () => {
  test("agrees with published values", () => {
    // R: binom.test(8, 10, conf.level = 0.95), two-sided 95 % is one-sided 97.5 %.
    const { low, high } = shareInterval({ good: 8, total: 10 }, 0.975);
    expect(low).toBeCloseTo(0.4439045, 7);
    expect(high).toBeCloseTo(0.9747893, 7);
  });

  test.each([
    [0.99, 0, 299],
    [0.99, 1, 473],
    [0.999, 0, 2995],
    [0.999, 1, 4742],
    [0.999, 2, 6294],
    [0.999, 5, 10_511],
    [0.999, 10, 16_959],
    [0.9999, 0, 29_956],
  ])("proves %d with %d bad events among %d at 95 %, and not with one less", (target, bad, total) => {
    expect(decide(shareInterval({ good: total - bad, total }, 0.95), target)).toBe("pass");
    expect(decide(shareInterval({ good: total - 1 - bad, total: total - 1 }, 0.95), target)).toBe("inconclusive");
  });

  test("never passes or fails more often than its confidence allows, whatever the number of events", () => {
    for (const total of [1, 2, 10, 59, 300, 1000]) {
      for (const target of [0.5, 0.9, 0.99, 0.999]) {
        const decisions = Array.from({ length: total + 1 }, (_, bad) =>
          decide(shareInterval({ good: total - bad, total }, 0.95), target),
        );
        const firstFail = decisions.indexOf("fail");
        const passes = decisions.lastIndexOf("pass") + 1;
        // Just met: a fail is wrong; a hair below: a pass is.
        if (firstFail >= 0) expect(binomialTail(firstFail, total, 1 - target)).toBeLessThanOrEqual(0.05 + 1e-9);
        if (passes > 0) expect(1 - binomialTail(passes, total, 1 - target)).toBeLessThanOrEqual(0.05 + 1e-9);
      }
    }
  });

  test.each([
    ["one good event", 1, 1, 0.05, 1],
    ["one bad event", 0, 1, 0, 0.95],
    ["no bad event", 1000, 1000, 0.05 ** (1 / 1000), 1],
    ["nothing but bad events", 0, 1000, 0, 1 - 0.05 ** (1 / 1000)],
  ])("has a bound at the end of the scale for %s", (_, good, total, low, high) => {
    const interval = shareInterval({ good, total }, 0.95);
    expect(interval.low).toBeCloseTo(low, 12);
    expect(interval.high).toBeCloseTo(high, 12);
  });

  test("has ordered bounds in [0, 1] that hold the estimate", () => {
    fc.assert(
      fc.property(counts, confidence, weights, ({ good, total }, confidence, weights) => {
        const { low, high } = shareInterval({ good, total, weights }, confidence);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(good / total);
        expect(high).toBeGreaterThanOrEqual(good / total);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("gets no wider with more events of the same share, heavier events, or less confidence", () => {
    fc.assert(
      fc.property(counts, confidence, weights, fc.integer({ min: 2, max: 20 }), (counted, level, weights, times) => {
        const { good, total } = counted;
        const few = shareInterval({ good, total, weights }, level);
        const many = shareInterval({ good: good * times, total: total * times, weights }, level);
        const singly = shareInterval({ good, total }, level);
        const bold = shareInterval({ good, total, weights }, (level + 0.5) / 2);
        // At little confidence and few events exact bounds may cross over: there nothing is decided by them.
        const narrower = level < 0.8 ? [bold] : [many, singly, bold];
        for (const { low, high } of narrower) {
          expect(low).toBeGreaterThanOrEqual(few.low - 1e-9);
          expect(high).toBeLessThanOrEqual(few.high + 1e-9);
        }
      }),
    );
  });

  test("mirrors when good and bad change places", () => {
    fc.assert(
      fc.property(counts, confidence, ({ good, total }, confidence) => {
        const one = shareInterval({ good, total }, confidence);
        const other = shareInterval({ good: total - good, total }, confidence);
        expect(one.low).toBeCloseTo(1 - other.high, 10);
        expect(one.high).toBeCloseTo(1 - other.low, 10);
      }),
    );
  });

  test("holds events that may be lost against a pass, and not against the service", () => {
    const { low, high } = shareInterval({ good: 990, total: 1000, lost: 10 }, 0.95);
    expect(low).toBe(shareInterval({ good: 990, total: 1000 }, 0.95).low);
    expect(high).toBe(1);
    expect(missProbability({ good: 990, total: 1000, lost: 10 }, 0.999)).toBe(1);
  });
});

describe("missProbability", () => {
  test("is the binomial tail", () => {
    for (const [bad, total, target] of [
      [1, 10, 0.9],
      [3, 100, 0.99],
      [12, 7200, 0.999],
    ] as const) {
      expect(missProbability({ good: total - bad, total }, target)).toBeCloseTo(
        binomialTail(bad, total, 1 - target),
        10,
      );
    }
  });

  test("is below 1 − confidence just where the interval is below the target", () => {
    fc.assert(
      fc.property(counts, target, weights, ({ good, total }, target, weights) => {
        const counted = { good, total, weights };
        const chance = missProbability(counted, target);
        fc.pre(Math.abs(chance - 0.05) > 1e-6);
        expect(decide(shareInterval(counted, 0.95), target) === "fail").toBe(chance < 0.05);
      }),
    );
  });
});

describe("decide", () => {
  test("passes only with the whole interval in the objective, and fails only with none of it", () => {
    fc.assert(
      fc.property(counts, confidence, target, ({ good, total }, confidence, target) => {
        const interval = shareInterval({ good, total }, confidence);
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
      fc.property(counts, confidence, target, weights, ({ good, total }, confidence, target, weights) => {
        fc.pre(good < total);
        const before = decide(shareInterval({ good, total, weights }, confidence), target);
        const after = decide(shareInterval({ good: good + 1, total, weights }, confidence), target);
        expect(rank[after]).toBeGreaterThanOrEqual(rank[before]);
      }),
    );
  });
});

describe("eventsToDecide", () => {
  test.each([
    [1, 0.999, 2995],
    [1, 0.99, 299],
    [4741 / 4742, 0.999, 4742],
  ])("with the share %d seen and %d promised is %d", (share, target, events) => {
    expect(eventsToDecide(share, target, 0.95)).toBe(events);
  });

  test("grows as events weigh less", () => {
    expect(eventsToDecide(1, 0.999, 0.95, { pass: 0.2, fail: 0.2 })).toBe(14_972);
  });

  test("is the first number of events that decides", () => {
    fc.assert(
      fc.property(counts, target, weights, ({ good, total }, target, weights) => {
        const share = good / total;
        const needed = eventsToDecide(share, target, 0.95, weights);
        fc.pre(needed !== null && needed < 1e9);
        const decisionAt = (events: number): string =>
          decide(shareInterval({ good: share * events, total: events, weights }, 0.95), target);
        expect(decisionAt(needed ?? 0)).not.toBe("inconclusive");
        expect(decisionAt((needed ?? 0) * 1.5)).not.toBe("inconclusive");
        if (needed !== null && needed > 1) expect(decisionAt(needed - 1)).toBe("inconclusive");
      }),
    );
  });

  test("makes up for the events that may be lost", () => {
    expect(eventsToDecide(1, 0.999, 0.95, undefined, 0)).toBe(2995);
    const needed = eventsToDecide(1, 0.999, 0.95, undefined, 100) ?? 0;
    const lowest = (seen: number) => shareInterval({ good: seen, total: seen + 100, lost: 100 }, 0.95).low;
    expect(lowest(needed)).toBeGreaterThanOrEqual(0.999);
    expect(lowest(needed - 1)).toBeLessThan(0.999);
  });

  test("is null where the share is the target itself, or next to it", () => {
    expect(eventsToDecide(0.99, 0.99, 0.95)).toBeNull();
    expect(eventsToDecide(0.99 + 1e-12, 0.99, 0.95)).toBeNull();
  });
});
