import { expect, test } from "vitest";

import { nearest } from "./nearest.ts";

test.each([
  ["tagret", "target"],
  ["Target", "target"],
  ["targets", "target"],
  ["kind", undefined],
  ["", undefined],
])("the word nearest to '%s' is %s", (word, expected) => {
  expect(nearest(word, ["target", "phases"])).toBe(expected);
});
