import { expect, test } from "vitest";

import { readExcluded } from "./read-excluded.ts";

test("stretches that overlap or touch are one, and all are in order", () => {
  const exclude = ["60/70", "10/20", "15/30", "30/40", "12/13"];
  expect(readExcluded({ cwd: "/" }, { exclude }, 100)).toEqual([
    { from: 10, to: 40 },
    { from: 60, to: 70 },
  ]);
  expect(readExcluded({ cwd: "/" }, {}, 100)).toEqual([]);
});
