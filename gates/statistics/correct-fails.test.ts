import { describe, expect, test } from "vitest";

import { fc } from "../../lib/testing/properties.ts";
import type { ObjectiveVerdict } from "../../lib/run/verdict.ts";
import { correctFails } from "./correct-fails.ts";
import { missProbability, shareInterval } from "./interval.ts";

/** An objective judged by itself at 95 %. */
function judged(good: number, total: number, target = 0.99): ObjectiveVerdict {
  const interval = shareInterval({ good, total }, 0.95);
  return {
    slo: "s",
    title: "S",
    phase: "baseline",
    verdict: interval.high < target ? "fail" : interval.low >= target ? "pass" : "inconclusive",
    reason: { code: "interval-outside", message: "" },
    target,
    value: good / total,
    interval,
    events: { good, total },
    missProbability: missProbability({ good, total }, target),
    eventsToDecide: null,
    countedBy: "service",
    windowAsked: null,
    windowCovered: null,
    seriesSeen: 1,
    instancesSeen: [],
    queries: [],
    warnings: [],
    infos: [],
    excused: [],
    source: { file: "", line: 1 },
  };
}
const words = (objectives: readonly ObjectiveVerdict[]) =>
  correctFails(objectives, 0.95).map(({ verdict, reason }) => `${verdict} ${reason.code}`);

/** 16 bad ones of 1,000 where 10 may be: the chance is 4.8 %. */
const narrow = judged(984, 1000);
const massive = judged(500, 1000);
const fine = judged(1000, 1000);

describe("correctFails", () => {
  test("leaves the fail of a lone objective alone", () => {
    expect(narrow.missProbability).toBeCloseTo(0.048, 3);
    expect(words([narrow])).toEqual(["fail interval-outside"]);
  });

  test("takes a narrow fail back among several, and says what would decide", () => {
    const [corrected] = correctFails([narrow, fine, fine], 0.95);
    expect(corrected).toMatchObject({ verdict: "inconclusive", reason: { code: "fail-not-significant" } });
    expect(corrected?.reason.message).toMatch(
      /^of 3 objectives judged at once .* 4\.8 %, and must be below 1\.7 %; about/,
    );
    expect(corrected?.eventsToDecide).toBeGreaterThan(1000);
  });

  test("lets a massive fail stand among any number, and makes the limit of the next one milder", () => {
    const many = Array.from({ length: 50 }, () => fine);
    expect(words([massive, ...many])[0]).toBe("fail interval-outside");
    expect(words([massive, narrow])).toEqual(["fail interval-outside", "fail interval-outside"]);
    expect(words([fine, narrow])[1]).toBe("inconclusive fail-not-significant");
  });

  test("counts only what was tested", () => {
    const unseen = { ...fine, verdict: "inconclusive", missProbability: null } as const;
    expect(words([narrow, unseen, unseen])[0]).toBe("fail interval-outside");
  });

  test("changes nothing but fails, in no more than one way, and never the least likely one at a hundredth of the level", () => {
    const objective = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 100, max: 2000 }));
    fc.assert(
      fc.property(fc.array(objective, { minLength: 1, maxLength: 20 }), (counts) => {
        const before = counts.map(([bad, total]) => judged(total - bad, total));
        for (const [index, after] of correctFails(before, 0.95).entries()) {
          const one = before[index];
          if (after === one) continue;
          expect(one?.verdict).toBe("fail");
          expect(after.verdict).toBe("inconclusive");
          expect(one?.missProbability ?? 0).toBeGreaterThanOrEqual(0.05 / counts.length);
        }
      }),
    );
  });
});
