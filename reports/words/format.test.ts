import { describe, expect, it } from "vitest";
import { fc } from "../../lib/testing/properties.ts";
import { clip, formatCount, formatNumber, formatPoints, formatSeconds, formatShare, formatUtc } from "./format.ts";

/** Non-breaking spaces as spaces, to read the expectations. */
const plain = (text: string): string => text.replaceAll("\u00a0", " ");

describe("formatShare", () => {
  it("shows as many digits as tell a share from all and from none", () => {
    const cases: readonly (readonly [number | null, string])[] = [
      [1, "100 %"],
      [0, "0 %"],
      [0.999, "99.9 %"],
      [0.175, "17.5 %"],
      [0.99962, "99.962 %"],
      [1 - 1e-16, "100 %"],
      [1 - 1e-11, "<100 %"],
      [0.00004, "0.004 %"],
      [null, "unknown"],
      [Number.NaN, "unknown"],
    ];
    expect(cases.map(([share]) => plain(formatShare(share)))).toEqual(cases.map(([, text]) => text));
  });

  it("never shows 100 % for a share of whole events that is less than all", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 1e9 }), (bad, good) => {
        expect(plain(formatShare(good / (good + bad)))).not.toBe("100 %");
      }),
    );
  });
});

describe("the other numbers", () => {
  it("are written for people", () => {
    expect(formatCount(4950)).toBe("4,950");
    expect(formatCount(null)).toBe("unknown");
    expect(plain(formatPoints(0.412))).toBe("41.2 points");
    expect(plain(formatPoints(0.000944))).toBe("0.094 points");
    expect(formatNumber(121.83)).toBe("122");
    expect(formatNumber(0.1 + 0.2)).toBe("0.3");
  });

  it("name times in the unit that fits", () => {
    expect([0, 0.25, 12.34, 312, 7380, null].map((seconds) => plain(formatSeconds(seconds)))).toEqual([
      "0 s",
      "250 ms",
      "12.3 s",
      "5 min 12 s",
      "2 h 3 min",
      "unknown",
    ]);
    expect(plain(formatUtc(1_749_893_467))).toBe("2025-06-14 09:31:07 UTC");
  });

  it("never throw, whatever the number", () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        for (const format of [formatCount, formatNumber, formatPoints, formatSeconds, formatShare, formatUtc]) {
          expect(format(value)).toBeTypeOf("string");
        }
      }),
    );
  });
});

describe("clip", () => {
  it("cuts between characters, not within one", () => {
    expect(clip("🚀🚀🚀🚀", 3)).toBe("🚀🚀…");
    expect(clip("short", 5)).toBe("short");
  });
});
