import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../lib/run/record.ts";
import { CLOSED, CUT_SHORT, ERRORED, FAILING, FIXTURES, INCONCLUSIVE, PASSING, STRESS } from "../testing/fixtures.ts";
import { REFUTED } from "../testing/fixture-hypothesis.ts";
import { HOSTILE_TEXTS, withText } from "../testing/hostile.ts";
import { MOST_BYTES } from "./fit-sections.ts";
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

  it("tells the hypothesis, the alerts and the times that were seen", () => {
    const summary = plain(renderMarkdown(REFUTED));
    expect(summary).toContain("| ❌ | cart-answers | during latency | 3 | status 503 |");
    expect(summary).toContain("| ✅ | CheckoutSlow | must fire | it fired |");
    expect(summary).toContain("| latency | 4.5 s ± 500 ms | – | – |");
    expect(plain(renderMarkdown(PASSING))).not.toMatch(/### (?:Hypothesis|Alerts|Times)/);
  });

  it("says the cure of a reason once, however many have it", () => {
    const [one] = INCONCLUSIVE.verdict.reasons;
    if (one === undefined) throw new Error("no reason");
    const reasons = ["cart", "checkout"].map((name): typeof one => ({
      code: "no-traffic",
      message: `${name}: nothing counted`,
    }));
    const summary = renderMarkdown({ ...INCONCLUSIVE, verdict: { ...INCONCLUSIVE.verdict, reasons } });
    expect(plain(summary)).toMatch(/- <code>no-traffic<\/code> cart: nothing counted\. No events were counted: check/);
    expect(plain(summary)).toMatch(/- <code>no-traffic<\/code> checkout: nothing counted\.$/m);
  });

  it("shows what failed first", () => {
    const [first] = plain(renderMarkdown(FAILING)).split("| --- |\n").slice(1);
    expect(first).toMatch(
      /^\| ❌ Fail \| Checkout answers quickly .* \| fault\/latency \| 99 % under 250 ms \| \*\*17\.5 %\*\*/,
    );
  });

  it("tells the capacity by its steps, which are no objectives of their own", () => {
    const summary = plain(renderMarkdown(STRESS));
    expect(summary).toContain("### Capacity\n\nAsked for at least 400 iterations/s: held 400 iterations/s");
    expect(summary).toContain("| ❌ Broke | step/600 | 600 | checkout-latency: 43.8 % seen, 95 % promised |");
    expect(summary).toContain("| · Not reached | step/800 | 800 | the load was ended in step/600 |");
    expect(summary).not.toContain("### Objectives");
  });

  it("shows k6's thresholds as evidence, and which traces to look for", () => {
    const summary = plain(renderMarkdown(PASSING));
    expect(summary).toContain("### k6's own thresholds: evidence, no verdict");
    expect(summary).toMatch(/<code>rate.*<\/code> \| <code>http.*<\/code> \| Crossed \|/);
    expect(summary).toContain("GET /cart: no answer, trace <code>4bf92f3577b34da6a3ce929d0e0e4736</code>");
  });

  it("says that a closed model has no plan of its iterations", () => {
    expect(plain(renderMarkdown(CLOSED))).toContain("24,000, not planned (closed model)");
  });

  it("says which fault may still be there, and how to end it", () => {
    const summary = renderMarkdown(CUT_SHORT);
    expect(summary).toContain("🚨 A fault may still be there");
    expect(summary).toContain("<code>proofload chaos recover</code>");
  });

  it.each(Object.entries(FIXTURES))("has as many cells in each row as in its head: %s", (_, record) => {
    expectEvenTables(renderMarkdown(record));
  });

  const hostile = Object.entries(HOSTILE_TEXTS).flatMap(([name, text]) => [
    [name, text, CUT_SHORT] as const,
    [`${name}, in a stress`, text, STRESS] as const,
  ]);
  it.each(hostile)("shows hostile text as text: %s", (_, text, base) => {
    const record = withText(base, text);
    const summary = renderMarkdown(record);
    expectEvenTables(summary);
    expect(summary.split("\n").length).toBe(renderMarkdown(withText(base, "harmless")).split("\n").length);
    const own = summary.replaceAll(/<\/?code>/g, "");
    expect(own).not.toMatch(/[<`\\[\]~$]|https?:\/\/|\bwww\.|@\w|&#35;\d/);
  });

  const many = <T>(entries: readonly T[]): readonly T[] => Array.from({ length: 60 }, () => entries).flat();
  const hugely = (base: RunRecord): RunRecord => {
    const record = withText(base, "|<`&".repeat(60));
    const { verdict, evidence } = record;
    return {
      ...record,
      events: many(base.events),
      evidence:
        evidence === null
          ? null
          : {
              ...evidence,
              load: {
                ...evidence.load,
                thresholds: many(evidence.load.thresholds),
                failures: many(evidence.load.failures),
              },
            },
      verdict: {
        ...verdict,
        objectives: many(verdict.objectives),
        faults: many(verdict.faults),
        reasons: many(verdict.reasons),
        capacity: verdict.capacity === null ? null : { ...verdict.capacity, steps: many(verdict.capacity.steps) },
      },
    };
  };

  it.each(Object.entries(FIXTURES))("is short enough for a comment, and says what it left out: %s", (_, record) => {
    const summary = renderMarkdown(hugely(record));
    expect(byteLength(summary)).toBeLessThanOrEqual(MOST_BYTES);
    expect(summary.length).toBeLessThan(65_536 - 5_000);
    // Not by toMatch, which would print it all.
    expect(/_\d+ more rows were left out here; report\.html has them all\._/.test(summary)).toBe(true);
    expectEvenTables(summary);
  });

  it("cuts what matters least first", () => {
    const summary = plain(renderMarkdown(hugely(FAILING)));
    expect(summary.startsWith("## ❌ Fail")).toBe(true);
    for (const part of ["### What to do", "Again: <code>proofload run", "### Objectives"]) {
      expect(summary.includes(part), part).toBe(true);
    }
    const rows = summary.split("\n").filter((line) => /^\| (?:❌ Fail|✅ Pass) /.test(line));
    expect(rows.length).toBeGreaterThan(9);
    expect(rows.every((row) => row.startsWith("| ❌ Fail"))).toBe(true);
  });

  it("leaves nothing out of a run as it usually is", () => {
    for (const record of Object.values(FIXTURES)) expect(renderMarkdown(record)).not.toContain("eft out here");
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
