import { expect, test } from "vitest";

import { formatCount, formatMissed, formatNames, formatShare, formatTime } from "./format.ts";

test.each([
  [1, "100 %"],
  [0.583, "58.3 %"],
  [0.9, "90 %"],
  [0.999, "99.9 %"],
  [0.99876, "99.88 %"],
  [0.999549, "99.955 %"],
  [0.999999999, "just under 100 %"],
  [0, "0 %"],
  [0.00013, "0.013 %"],
  [Number.NaN, "an unknown share"],
])("formatShare(%f) never rounds up to a hundred", (share, text) => {
  expect(formatShare(share)).toBe(text);
});

test.each([
  [0.583, 0.99, "58.3 %"],
  [0.98999, 0.99, "98.999 %"],
  [0.9989, 0.999, "99.89 %"],
  [0.98999999999, 0.99, "just under 99 %"],
])("formatMissed(%f, %f) shows that the target was missed", (share, target, text) => {
  expect(formatMissed(share, target)).toBe(text);
});

test("formatCount sets off thousands", () => {
  expect(formatCount(2400)).toBe("2,400");
});

test("a time is RFC 3339, with milliseconds where there are some", () => {
  expect([1_700_000_000, 1_700_000_000.25, Number.NaN].map(formatTime)).toEqual([
    "2023-11-14T22:13:20Z",
    "2023-11-14T22:13:20.250Z",
    "NaN",
  ]);
});

test("of many names the first ones are told, and how many more there are", () => {
  expect(formatNames(["a", "b", "c"])).toBe("a, b, c");
  expect(formatNames(["a", "b", "c", "d", "e"])).toBe("a, b, c and 2 more");
});
