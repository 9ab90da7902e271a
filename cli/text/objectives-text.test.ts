import { stripVTControlCharacters as bare } from "node:util";

import { describe, expect, test } from "vitest";

import type { ObjectiveVerdict } from "../../lib/run/verdict.ts";
import { CUT_SHORT, FAILING, PASSING } from "../../reports/testing/fixtures.ts";
import { objectivesText } from "./objectives-text.ts";

const wide = { write: () => undefined, isTTY: false, columns: 80 };
const terminal = (columns: number) => ({ write: () => undefined, isTTY: true, columns });
const of = (objectives: readonly ObjectiveVerdict[], summary = "so it went") => ({ summary, objectives });
const [passed] = PASSING.verdict.objectives;

describe("objectives on the terminal", () => {
  test("have a head, and a row each whose columns stand below it", () => {
    const [head = "", ...rows] = objectivesText(wide, of(PASSING.verdict.objectives));
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
    const lines = objectivesText(wide, of(FAILING.verdict.objectives));
    const failed = FAILING.verdict.objectives.find(({ verdict }) => verdict === "fail");
    const at = lines.findIndex((line) => line.startsWith("  fail".toUpperCase()));
    expect(lines[at + 1]?.trim()).toBe(failed?.reason.message.replaceAll(/\s+/g, " "));
  });

  test("say once what many have in common, and not again what the first line says", () => {
    const away = (slo: string): readonly ObjectiveVerdict[] =>
      passed === undefined
        ? []
        : [
            {
              ...passed,
              slo,
              verdict: "error",
              reason: { code: "prometheus-unreachable", message: "nobody is there" },
            },
          ];
    const objectives = ["one", "two", "three"].flatMap(away);
    const rows = /^ {2}ERROR {2}(?:one|two|three) .* prometheus-unreachable$/;
    for (const stdout of [wide, terminal(200)]) {
      const lines = objectivesText(stdout, of(objectives)).map(bare);
      expect(lines.filter((line) => rows.test(line))).toHaveLength(3);
      expect(lines.filter((line) => line.includes("nobody is there"))).toEqual(["    nobody is there"]);
      expect(lines[2]).toBe("    nobody is there");
    }
    for (const stdout of [wide, terminal(30)]) {
      const lines = objectivesText(stdout, of(objectives, "nobody is there at all")).join("\n");
      expect(lines).not.toContain("nobody is there");
      expect(lines.match(/prometheus-unreachable/g)).toHaveLength(3);
    }
  });

  test("say what was seen where that was nothing", () => {
    const lines = objectivesText(wide, of(CUT_SHORT.verdict.objectives)).join("\n");
    expect(lines).toMatch(/INCONCLUSIVE {2}checkout-availability .* nothing +0 +0 s of /);
  });

  test.each([20, 40, 60, 80])("fit a terminal of %i columns as short lines", (columns) => {
    const objectives = passed === undefined ? [] : [{ ...passed, slo: "checkout", phase: "baseline" }];
    const lines = objectivesText(terminal(columns), of(objectives)).map(bare);
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
    const plain = objectivesText(wide, of(PASSING.verdict.objectives));
    const coloured = objectivesText(terminal(200), of(PASSING.verdict.objectives));
    expect(coloured.join("\n")).toContain("\u001B[1;32mPASS\u001B[0m");
    expect(coloured.map(bare)).toEqual(plain);
  });

  test("show no control characters of a name", () => {
    const hostile = passed === undefined ? [] : [{ ...passed, slo: "a\u001B[2Jb\nc" }];
    const text = objectivesText(wide, of(hostile)).join("");
    for (const character of ["\u001B", "\n"]) expect(text).not.toContain(character);
  });

  test("are not there where none was judged", () => {
    expect(objectivesText(wide, of([]))).toEqual([]);
  });
});
