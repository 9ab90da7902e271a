import { describe, expect, test } from "vitest";

import { readSelector } from "./selector.ts";
import type { Selector } from "./selector.ts";
import { selects } from "./selects.ts";

function selectorOf(query: string): Selector {
  const reading = readSelector(query);
  if (reading.kind === "refused") throw new Error(reading.message);
  return reading.selector;
}

describe("selects", () => {
  const labels = { __name__: "a", status: "503", job: "api" };

  test.each([
    ["a", true],
    ["b", false],
    [`a{status="503"}`, true],
    [`a{status!="503"}`, false],
    [`a{status=~"5.."}`, true],
    [`a{status=~"5."}`, false],
    [`a{status!~"4..|5.."}`, false],
    [`a{absent=""}`, true],
    [`a{status=~"(?i)x"}`, null],
  ])("%s", (query, expected) => {
    expect(selects(selectorOf(query), labels)).toBe(expected);
  });
});
