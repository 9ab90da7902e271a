import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { EXIT_CODES, WORST_FIRST, worstExitCode } from "./exit-codes.ts";

test("docs/exit-codes.md says what the code says", () => {
  const doc = readFileSync(new URL("../docs/exit-codes.md", import.meta.url), "utf8");
  const rows = [...doc.matchAll(/^\| (\d+) \| (.+) \|$/gm)].map(([, code, meaning]) => [code, meaning]);
  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries(Object.entries(EXIT_CODES).map(([code, text]) => [code, text])),
  );
});

test("of several codes the worst for the user wins, and none at all is never a pass", () => {
  expect(WORST_FIRST.map(Number).toSorted()).toEqual(Object.keys(EXIT_CODES).map(Number).toSorted());
  expect(worstExitCode([0, 3, 1])).toBe(1);
  expect(worstExitCode([1, 130, 4])).toBe(4);
  expect(worstExitCode([5, 70])).toBe(5);
  expect(worstExitCode([])).toBe(70);
});
