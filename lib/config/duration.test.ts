import { expect, test } from "vitest";

import { parseDuration } from "./duration.ts";

test.each([
  ["500ms", 0.5],
  ["40s", 40],
  ["1m30s", 90],
  ["1.5h", 5400],
  ["2d", 172_800],
  ["0s", 0],
])("%s is %d seconds", (text, seconds) => {
  expect(parseDuration(text)).toBeCloseTo(seconds, 9);
});

test.each(["", "40", "s", "40 s", "1x", "-1s", "1s!", "1s 2s"])("%j is no duration", (text) => {
  expect(parseDuration(text)).toBeNull();
});
