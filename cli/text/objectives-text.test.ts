import { stripVTControlCharacters as bare } from "node:util";

import { describe, expect, test } from "vitest";

import { CUT_SHORT, FAILING, PASSING } from "../../reports/testing/fixtures.ts";
import { objectivesText } from "./objectives-text.ts";

const wide = { write: () => undefined, isTTY: false, columns: 80 };
const terminal = (columns: number) => ({ write: () => undefined, isTTY: true, columns });
const [passed] = PASSING.verdict.objectives;

describe("objectives on the terminal", () => {
  test("have a head, and a row each whose columns stand below it", () => {
    const [head = "", ...rows] = objectivesText(wide, PASSING.verdict.objectives);
    expect(rows).toHaveLength(PASSING.verdict.objectives.length);
    for (const word of ["phase", "promised", "seen", "events", "covered", "reason"]) {
      const at = head.indexOf(word);
      expect(at).toBeGreaterThan(0);
      for (const row of rows) expect(row.slice(at - 2, at + 1)).toMatch(/^ {2}\S$/);
    }
    expect(head.trim().split(/ {2,}/)).toEqual([
      "objective",
      "phase",
      "promised",
      "seen",
      "events",
      "covered",
      "reason",
    ]);
  });

  test("say below a row why it did not pass", () => {
    const lines = objectivesText(wide, FAILING.verdict.objectives);
    const failed = FAILING.verdict.objectives.find(({ verdict }) => verdict === "fail");
    const at = lines.findIndex((line) => line.startsWith("  fail".toUpperCase()));
    expect(lines[at + 1]?.trim()).toBe(failed?.reason.message.replaceAll(/\s+/g, " "));
  });

  test("say what was seen where that was nothing", () => {
    const lines = objectivesText(wide, CUT_SHORT.verdict.objectives).join("\n");
    expect(lines).toMatch(/INCONCLUSIVE {2}checkout-availability .* nothing +0 +0 s of /);
  });

  test.each([20, 40, 60, 80])("fit a terminal of %i columns as short lines", (columns) => {
    const objectives = passed === undefined ? [] : [{ ...passed, slo: "checkout", phase: "baseline" }];
    const lines = objectivesText(terminal(columns), objectives).map(bare);
    expect(lines[0]).toBe("  PASS  checkout");
    const rest = lines.slice(1);
    expect(rest.flatMap((line) => line.trim().split("; ")).map((piece) => piece.split(" ")[0])).toEqual([
      "phase",
      "promised",
      "seen",
      "events",
      "covered",
      "reason",
    ]);
    expect(Math.max(...rest.map((line) => line.length))).toBeLessThanOrEqual(Math.max(columns, 40));
  });

  test("are a table where the terminal is wide enough, coloured and as wide as without colours", () => {
    const plain = objectivesText(wide, PASSING.verdict.objectives);
    const coloured = objectivesText(terminal(200), PASSING.verdict.objectives);
    expect(coloured.join("\n")).toContain("\u001B[1;32mPASS\u001B[0m");
    expect(coloured.map(bare)).toEqual(plain);
  });

  test("show no control characters of a name", () => {
    const hostile = passed === undefined ? [] : [{ ...passed, slo: "a\u001B[2Jb\nc" }];
    const text = objectivesText(wide, hostile).join("");
    for (const character of ["\u001B", "\n"]) expect(text).not.toContain(character);
  });

  test("are not there where none was judged", () => {
    expect(objectivesText(wide, [])).toEqual([]);
  });
});
