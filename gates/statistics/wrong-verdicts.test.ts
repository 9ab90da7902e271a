import { describe, expect, test } from "vitest";

import { judgeObjective } from "../judge-objective.ts";
import { burstyInput, seededRandom } from "../testing/bursty-load.ts";
import type { BurstyLoad } from "../testing/bursty-load.ts";

const CONFIDENCE = 0.95;
const RUNS = 2000;
/** Of 2,000 runs in which one in twenty is wrong, more than 131 are in one simulation among a thousand. */
const MOST_BY_CHANCE = 131 / 2000;

interface Shares {
  readonly pass: number;
  readonly fail: number;
}

/** The shares of passes and fails among runs that are judged just as a real one's objective is. */
function simulate(
  load: BurstyLoad,
  { target, failureBurst, runs = RUNS }: { target: number; failureBurst: number; runs?: number },
): Shares {
  const random = seededRandom(20_261_121);
  let pass = 0;
  let fail = 0;
  for (let run = 0; run < runs; run++) {
    const { verdict } = judgeObjective(burstyInput(load, { target, confidence: CONFIDENCE, failureBurst }, random));
    if (verdict === "pass") pass++;
    if (verdict === "fail") fail++;
  }
  return { pass: pass / runs, fail: fail / runs };
}

const singly = { burst: 1, lengths: "alike" } as const;
const bursts = { burst: 5, lengths: "geometric" } as const;
const alike = { burst: 5, lengths: "alike" } as const;
const atRate = (seconds: number, eventsPerSecond: number, badShare: number) => ({ seconds, eventsPerSecond, badShare });

describe("a service that is just at its objective passes and fails by chance alone, with failures that", () => {
  test.each([
    ["come singly, 3 scrapes", singly, 1, 3, 600, 0.99],
    ["come singly, 12 scrapes", singly, 1, 12, 600, 0.99],
    ["come singly, 12 scrapes and few failures", singly, 1, 12, 600, 0.999],
    ["come singly, 60 scrapes", singly, 1, 60, 600, 0.999],
    ["come singly, few events", singly, 1, 12, 5, 0.9],
    ["come in stated bursts, 3 scrapes", bursts, 5, 3, 600, 0.99],
    ["come in stated bursts, 12 scrapes", bursts, 5, 12, 600, 0.99],
    ["come in stated bursts, 12 scrapes and few failures", bursts, 5, 12, 600, 0.999],
    ["come in stated bursts, 60 scrapes", bursts, 5, 60, 600, 0.999],
    ["come in stated bursts of one length", alike, 5, 12, 600, 0.99],
    ["come in bursts that nobody stated, but many of them", bursts, 1, 60, 600, 0.99],
  ] as const)("%s", (_, kind, failureBurst, seconds, rate, target) => {
    const { pass, fail } = simulate({ ...atRate(seconds, rate, 1 - target), ...kind }, { target, failureBurst });
    expect(pass).toBeLessThanOrEqual(MOST_BY_CHANCE);
    expect(fail).toBeLessThanOrEqual(MOST_BY_CHANCE);
  });
});

test("just below its objective a service passes no more often, and just above it fails no more often", () => {
  for (const kind of [singly, bursts]) {
    const judged = { target: 0.99, failureBurst: kind.burst };
    expect(simulate({ ...atRate(12, 600, 0.011), ...kind }, judged).pass).toBeLessThan(0.05);
    expect(simulate({ ...atRate(12, 600, 0.009), ...kind }, judged).fail).toBeLessThan(0.05);
  }
});

test("a healthy service passes: one bad event in 10,000, 99.9 % promised, 7,200 events", () => {
  const { pass, fail } = simulate(
    { ...atRate(12, 600, 0.0001), ...singly },
    { target: 0.999, failureBurst: 1, runs: 3000 },
  );
  expect(pass).toBeGreaterThanOrEqual(0.95);
  expect(fail).toBe(0);
});

test("a service that is far off fails, bursts or not", () => {
  for (const kind of [singly, bursts]) {
    expect(simulate({ ...atRate(12, 600, 0.05), ...kind }, { target: 0.99, failureBurst: 1 }).fail).toBe(1);
  }
});

test("bursts that nobody stated and few windows see are not found out: that is what failureBurst is for", () => {
  const load = { ...atRate(12, 600, 0.001), ...bursts };
  const windowsWithoutAny = Math.exp(-(7200 * 0.001) / 5);
  expect(simulate(load, { target: 0.999, failureBurst: 1 }).pass).toBeGreaterThan(0.8 * windowsWithoutAny);
  expect(simulate(load, { target: 0.999, failureBurst: 5 }).pass).toBe(0);
});
