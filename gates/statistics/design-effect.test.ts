import { describe, expect, test } from "vitest";

import { fc } from "../../lib/testing/properties.ts";
import { eventWeights } from "./design-effect.ts";

const clusters = (...bad: readonly number[]) => bad.map((one) => ({ bad: one, total: 600 }));
const evenly = (seconds: number, bad: number) => clusters(...Array.from({ length: seconds }, () => bad));

describe("eventWeights", () => {
  test("lets events weigh fully where failures are spread evenly, or came once", () => {
    expect(eventWeights(evenly(12, 3), 1, 0.95)).toEqual({ pass: 1, fail: 1 });
    // One failure in C clusters of one size has the design effect 1, and Student's t pays for C: 1.796 / 1.645 for 12.
    const { pass } = eventWeights(clusters(1, ...Array.from({ length: 11 }, () => 0)), 1, 0.95);
    expect(pass).toBeCloseTo((1.6449 / 1.7959) ** 2, 3);
  });

  test("divides by about the number of failures that came together", () => {
    const burst = clusters(30, ...Array.from({ length: 59 }, () => 0));
    const { pass, fail } = eventWeights(burst, 1, 0.95);
    expect(1 / pass).toBeGreaterThan(29);
    expect(1 / pass).toBeLessThan(33);
    // A service that fails thirty at once is no bad luck.
    expect(fail).toBe(1 / 20);
  });

  test.each([
    ["without a failure by what is stated: one burst or none", evenly(12, 0), 5, 5],
    ["with failures at least by the design effect of such bursts", evenly(12, 3), 5, 9],
    ["with nothing but failures, too", evenly(12, 600), 5, 9],
    ["in too few clusters by bursts of five, where there are failures", clusters(20, 0, 0), 1, 9],
    ["in too few clusters by no more than all failures at once", clusters(2, 0, 0), 1, 2],
    ["in one cluster", clusters(1), 1, 1],
  ])("divides %s", (_, given, burst, divisor) => {
    const { pass, fail } = eventWeights(given, burst, 0.95);
    expect(1 / pass).toBeCloseTo(divisor, 10);
    expect(1 / fail).toBeCloseTo(divisor, 10);
  });

  test("weighs no events, and clusters without any, like the rest", () => {
    expect(eventWeights([], 1, 0.95)).toEqual({ pass: 1, fail: 1 });
    const some = clusters(9, 0, 0, 4, 0, 1);
    expect(eventWeights([...some, { bad: 0, total: 0 }], 1, 0.95)).toEqual(eventWeights(some, 1, 0.95));
  });

  test("is above 0 and at most 1, never heavier for a pass than for a fail, nor with longer bursts", () => {
    const cluster = fc
      .integer({ min: 0, max: 1000 })
      .chain((total) => fc.integer({ min: 0, max: total }).map((bad) => ({ bad, total })));
    const burst = fc.double({ min: 1, max: 50, noNaN: true });
    const confidence = fc.double({ min: 0.5, max: 0.9999, noNaN: true });
    fc.assert(
      fc.property(fc.array(cluster, { maxLength: 40 }), burst, confidence, (clusters, burst, confidence) => {
        const { pass, fail } = eventWeights(clusters, burst, confidence);
        expect(pass).toBeGreaterThan(0);
        expect(pass).toBeLessThanOrEqual(fail);
        expect(fail).toBeLessThanOrEqual(1);
        const longer = eventWeights(clusters, burst + 1, confidence);
        expect(longer.pass).toBeLessThanOrEqual(pass);
        expect(longer.fail).toBeLessThanOrEqual(fail);
      }),
    );
  });
});
