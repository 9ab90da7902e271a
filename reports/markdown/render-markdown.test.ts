import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../lib/run/record.ts";
import { CUT_SHORT, ERRORED, FAILING, FIXTURES, INCONCLUSIVE, PASSING } from "../testing/fixtures.ts";
import { HOSTILE_TEXTS, withText } from "../testing/hostile.ts";
import { byteLength } from "./markdown-table.ts";
import { renderMarkdown } from "./render-markdown.ts";

const plain = (text: string): string => text.replaceAll("\u00a0", " ");
const cells = (line: string): number => line.split("|").length - 2;

describe("summary.md", () => {
  it.each([
    [PASSING, "## ✅ Pass: All 7 objectives were met"],
    [FAILING, "## ❌ Fail: checkout-latency was missed by 81.5 points"],
    [INCONCLUSIVE, "## ❔ Inconclusive: The latency fault had no measured effect"],
    [ERRORED, "## 💥 Error: Prometheus did not answer"],
  ] as const)("begins with the verdict and why", (record, start) => {
    expect(plain(renderMarkdown(record)).startsWith(start)).toBe(true);
  });

  it("shows what failed first", () => {
    const [first] = plain(renderMarkdown(FAILING)).split("| --- |\n").slice(1);
    expect(first).toMatch(
      /^\| ❌ Fail \| Checkout answers quickly .* \| fault\/latency \| 99 % under 250 ms \| \*\*17\.5 %\*\*/,
    );
  });

  it("says which fault may still be there, and how to end it", () => {
    const summary = renderMarkdown(CUT_SHORT);
    expect(summary).toContain("🚨 A fault may still be there");
    expect(summary).toContain("<code>proofload chaos recover</code>");
  });

  it.each(Object.entries(FIXTURES))("has as many cells in each row as in its head: %s", (_, record) => {
    expectEvenTables(renderMarkdown(record));
  });

  it.each(Object.entries(HOSTILE_TEXTS))("shows hostile text as text: %s", (_, text) => {
    const record = withText(CUT_SHORT, text);
    const summary = renderMarkdown(record);
    expectEvenTables(summary);
    expect(summary.split("\n").length).toBe(renderMarkdown(withText(CUT_SHORT, "harmless")).split("\n").length);
    const own = summary.replaceAll(/<\/?code>/g, "");
    expect(own).not.toMatch(/[<`\\[\]~$]|https?:\/\/|\bwww\.|@\w|&#35;\d/);
  });

  it("stays below 64 KiB, and says what it left out", () => {
    const many = <T>(entries: readonly T[]): readonly T[] => Array.from({ length: 500 }, () => entries).flat();
    const { verdict } = withText(CUT_SHORT, "|<`&".repeat(3000));
    const huge: RunRecord = {
      ...CUT_SHORT,
      events: many(CUT_SHORT.events),
      verdict: {
        ...verdict,
        objectives: many(verdict.objectives),
        faults: many(verdict.faults),
        reasons: many(verdict.reasons),
      },
    };
    const summary = renderMarkdown(huge);
    expect(byteLength(summary)).toBeLessThan(64 * 1024);
    expect(summary).toMatch(/_34\d\d more rows were left out here; report\.html has them all\._/);
  });
});

function expectEvenTables(summary: string): void {
  let columns = 0;
  for (const line of summary.split("\n")) {
    if (!line.startsWith("|")) columns = 0;
    else if (columns === 0) columns = cells(line);
    else expect(cells(line), line).toBe(columns);
  }
}
