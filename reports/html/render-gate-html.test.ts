import { describe, expect, it } from "vitest";
import { REASONS } from "../../lib/run/reasons.ts";
import { GATE_RENDERERS } from "../index.ts";
import { GATE } from "../testing/fixture-gate.ts";
import { withText } from "../testing/hostile.ts";
import { renderGateMarkdown } from "../markdown/render-gate.ts";
import { renderGateHtml } from "./render-html.tsx";

const html = renderGateHtml(GATE).replaceAll("\u00a0", " ");
const sectionOf = (page: string, id: string): string =>
  page.split(`<section id="${id}"`)[1]?.split("</section>")[0] ?? "";
const section = (id: string): string => sectionOf(html, id);
const tableOf = (markdown: string): string => markdown.split("### Objectives")[1]?.split("###")[0] ?? "";

describe("report.html of a gate", () => {
  it("begins with the verdict, why, the window and what was left out of it", () => {
    expect(html).toContain('<span class="word">Inconclusive</span>');
    expect(html).toContain(`<p class="why">${GATE.verdict.summary}</p>`);
    expect(html).toMatch(/<dt>From<\/dt><dd><time [^>]*>2025-06-14 09:31:40 UTC/);
    expect(html).toMatch(/<dt>Length<\/dt><dd>30 min<span class="note">without 1 stretch, 60 s together/);
    expect(html).toMatch(/<dt>Exit code<\/dt><dd>3/);
  });

  it("has a row for each objective, with how much of the window is covered", () => {
    const rows = section("objectives").split('<tr class="row ').slice(1);
    expect(rows).toHaveLength(GATE.verdict.objectives.length);
    for (const row of rows) expect(row).toContain("covered 28 min of 29 min");
    expect(section("objectives")).toContain("2025-06-14 09:31:40 UTC to 2025-06-14 10:01:40 UTC, 30 min");
  });

  it("tells each reason with its cure", () => {
    const [reason] = GATE.verdict.reasons;
    expect(section("reasons")).toContain(reason?.message);
    expect(section("reasons")).toContain(REASONS["interval-straddles"].cure.split("`")[0]);
  });

  it("tells what keeps all objectives from being judged once, with its code at each, as summary.md does", () => {
    const reason = { code: "prometheus-unreachable", message: "no Prometheus answers on http://there" } as const;
    const objectives = GATE.verdict.objectives.map(
      (one) => ({ ...one, value: null, verdict: "error", reason }) as const,
    );
    const record = { ...GATE, verdict: { ...GATE.verdict, reasons: [reason], objectives } };
    const page = renderGateHtml(record);
    for (const table of [sectionOf(page, "objectives"), tableOf(renderGateMarkdown(record))]) {
      expect(table).not.toContain("no Prometheus answers");
      expect(table.split("<code>prometheus-unreachable</code>")).toHaveLength(objectives.length + 1);
    }
    expect(page.split(reason.message)).toHaveLength(2);
  });

  it("has every query, and who answered it", () => {
    for (const query of GATE.verdict.objectives.flatMap(({ queries }) => queries)) {
      expect(section("queries")).toContain(query.replaceAll('"', "&quot;"));
    }
    expect(section("prometheus")).toContain("<dt>Version</dt><dd>3.1.0</dd>");
    expect(section("prometheus")).toContain("<dt>Clock</dt><dd>400 ms ahead</dd>");
    expect(section("prometheus")).toContain("09:41:40 UTC to 2025-06-14 09:42:40 UTC");
  });

  it("lets no markup of anybody through", () => {
    for (const { render } of GATE_RENDERERS) {
      const text = render(withText(GATE, `"'><injected-marker>`));
      expect(text.includes("injected-marker")).toBe(true);
      expect(text.includes("<injected-marker")).toBe(false);
    }
  });

  it("runs no script, asks nobody for anything, and links only to its own parts", () => {
    expect(html.includes("<script")).toBe(false);
    expect(/Policy" content="([^"]*)"/.exec(html)?.[1]).toBe(
      "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
    );
    const ids = new Set([...html.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id));
    for (const [, id] of html.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(id);
    expect([...html.matchAll(/(?:src|href)="(?!#|data:)/g)]).toEqual([]);
  });
});
