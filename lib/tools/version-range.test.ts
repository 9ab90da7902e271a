import { expect, test } from "vitest";

import { fitsRange, formatRange, newestFirst } from "./version-range.ts";

const range = { atLeast: [2, 42], below: 4 } as const;

test.each(["2.42.0", "2.42.0+ds", "v2.53.3", "3.0.0-rc.1", "3.14.0"])("%s is inside", (version) => {
  expect(fitsRange(version, range)).toBe(true);
});

test.each(["2.41.9", "1.99.0", "4.0.0", "10.0.0", "git", "", "2"])("%j is outside", (version) => {
  expect(fitsRange(version, range)).toBe(false);
});

test("a range reads as people write it", () => {
  expect(formatRange(range)).toBe(">=2.42 <4");
});

test("versions are ordered by number, not by letter", () => {
  expect(["2.9.0", "git", "2.12.0", "2.12.1"].sort(newestFirst)).toEqual(["2.12.1", "2.12.0", "2.9.0", "git"]);
});
