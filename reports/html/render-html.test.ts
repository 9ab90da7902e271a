import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { CUT_SHORT, ERRORED, FAILING, FIXTURES, INCONCLUSIVE, PASSING } from "../testing/fixtures.ts";
import { HOSTILE_TEXTS, withText } from "../testing/hostile.ts";
import { CROSSHAIR_SCRIPT, CROSSHAIR_SCRIPT_SHA256 } from "./charts/crosshair-script.ts";
import { renderHtml } from "./render-html.tsx";

const plain = (html: string): string => html.replaceAll("\u00a0", " ");
const count = (text: string, part: string | RegExp): number => text.split(part).length - 1;

/** The first match, short, so that a failure doesn't print a whole page. */
const found = (text: string, pattern: RegExp): string | null => pattern.exec(text)?.[0].slice(0, 120) ?? null;

/** The page without its script, its styles and the samples for the script. */
const visible = (html: string): string =>
  html.replace(/<(script|style)[\s\S]*?<\/\1>/g, "").replace(/data-points="[^"]*"/g, "");

describe("report.html", () => {
  it.each([
    [PASSING, "Pass"],
    [FAILING, "Fail"],
    [INCONCLUSIVE, "Inconclusive"],
    [ERRORED, "Error"],
  ] as const)("begins with the verdict and why", (record, word) => {
    const html = plain(renderHtml(record));
    expect(html).toContain(`<span class="word">${word}</span>`);
    expect(html).toContain(`<p class="why">${record.verdict.summary}</p>`);
    expect(html).toContain(`<title>${word} · checkout · ci · ${record.verdict.runId}</title>`);
    expect(html).toContain("2025-06-14 09:31:04 UTC");
  });

  it("sets a failed objective apart, and says by how much it was missed", () => {
    const html = plain(renderHtml(FAILING));
    expect(count(html, 'data-verdict="fail"')).toBe(1);
    expect(html).toContain("missed by 81.5 points");
    expect(html).toContain("4,950 of 6,000 events were slower");
    expect(html).toContain("99 % under 250 ms");
  });

  it("draws three charts, each with a title, a description and both faults", () => {
    const charts = renderHtml(FAILING).split("<figure").slice(1);
    expect(charts).toHaveLength(3);
    for (const chart of charts) {
      expect(chart).toMatch(/role="img" aria-labelledby="chart-\w+-title chart-\w+-desc"/);
      expect(chart).toMatch(/<title id="chart-\w+-title">.+<\/title><desc id="chart-\w+-desc">.+<\/desc>/);
      expect(count(chart, 'class="band band-fault"')).toBe(2);
      expect(chart).toContain(">process-kill</text>");
    }
  });

  it("leaves a gap in a line while nothing was sampled", () => {
    const [, load = ""] = renderHtml(FAILING).split("<figure");
    const paths = [...load.matchAll(/<path class="line line-\d" d="([^"]+)"/g)].map(([, d = ""]) => count(d, "M"));
    expect(paths).toEqual([1, 2]);
  });

  it("says what is missing rather than showing nothing", () => {
    const cut = plain(renderHtml(CUT_SHORT));
    expect(cut).toContain("The run was cut short (SIGINT)");
    expect(cut).toContain("No evidence was collected");
    expect(cut).toContain("A fault may still be there");
    expect(cut).toContain("<code>proofload chaos recover</code>");
    expect(cut).not.toContain("<figure");
    const bare = renderHtml({
      ...CUT_SHORT,
      events: [],
      plan: { ...CUT_SHORT.plan, experiment: null, createdAt: "" },
      verdict: { ...CUT_SHORT.verdict, phases: [], objectives: [], faults: [], reasons: [] },
    });
    for (const sentence of [
      "No events were recorded",
      "No phase was reached",
      "No objective was judged",
      "No fault was planned",
    ]) {
      expect(bare).toContain(sentence);
    }
    expect(found(visible(bare), /NaN|undefined|\[object|\bnull\b|Infinity/)).toBeNull();
  });

  it.each(Object.entries(FIXTURES))("holds no artefact of a missing value: %s", (_, record) => {
    expect(found(visible(renderHtml(record)), /NaN|undefined|\[object|\bnull\b|Infinity/)).toBeNull();
  });

  it("requests nothing from anywhere", () => {
    const html = renderHtml(FAILING);
    expect(found(html, /\ssrc=|@import|url\(|<link(?! rel="icon" href="data:)|<iframe|<img/)).toBeNull();
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, href = ""]) => href);
    expect(links.every((href) => href.startsWith("#") || href.startsWith("data:"))).toBe(true);
    expect(html).toContain("default-src &#39;none&#39;".replaceAll("&#39;", "'"));
  });

  it("allows its one script by digest", () => {
    const digest = createHash("sha256").update(CROSSHAIR_SCRIPT).digest("base64");
    expect(CROSSHAIR_SCRIPT_SHA256).toBe(`sha256-${digest}`);
  });

  it.each(Object.entries(HOSTILE_TEXTS))("shows hostile text as text: %s", (_, text) => {
    const html = renderHtml(withText(FAILING, text));
    const own = renderHtml(withText(FAILING, "harmless"));
    for (const tag of ["<script", "</script", "<style", "</style", "<img", "<svg", "<title", "<pre", "<!--"]) {
      expect(count(html, tag), tag).toBe(count(own, tag));
    }
    const unquoted = html.replaceAll(/"[^"]*"/g, "");
    expect(found(unquoted, /<[a-z][^<>]*\son\w+=/)).toBeNull();
    expect(found(html, /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}]/u)).toBeNull();
  });
});
