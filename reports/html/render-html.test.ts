import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { CLOSED, CUT_SHORT, ERRORED, FAILING, FIXTURES, INCONCLUSIVE, PASSING, STRESS } from "../testing/fixtures.ts";
import { REFUTED } from "../testing/fixture-hypothesis.ts";
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

  it("tells the hypothesis, the alerts and the times that were seen", () => {
    const html = plain(renderHtml(REFUTED));
    expect(html).toMatch(/cart-answers<\/span>[\s\S]*?during latency, 3 ×[\s\S]*?is-fail[\s\S]*?status 503/);
    expect(html).toMatch(/CheckoutSlow<\/span>[\s\S]*?must fire[\s\S]*?is-pass/);
    expect(html).toContain("4.5 s ± 500 ms");
    expect(plain(renderHtml(PASSING))).not.toContain("To detect");
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

  it("tells the capacity, step by step, with what is known of each step's load", () => {
    const html = plain(renderHtml(STRESS));
    expect(html).toContain("Asked for at least 400 iterations/s: held 400 iterations/s, broke at 600 iterations/s");
    const [, section = ""] = html.split('<section id="capacity"');
    const rows = section.split("</table>")[0]?.split("<tr").slice(2) ?? [];
    expect(
      rows.map((row) =>
        row
          .replaceAll(/<(svg)[^]*?<\/\1>|<[^>]*>|^[^<]*>/g, " ")
          .trim()
          .split(/\s{2,}/),
      ),
    ).toEqual([
      ["Held", "step/200", "200", "1,600", "0", "10 %"],
      ["Held", "step/400", "400", "3,200", "0", "20 %"],
      ["Broke", "step/600", "600", "4,800", "412", "30 %", "checkout-latency: 43.8 % seen, 95 % promised"],
      ["Not reached", "step/800", "800", "unknown", "unknown", "unknown", "the load was ended in step/600"],
    ]);
    expect(html).toContain("--rate 800 --duration 45s --scale 0.5");
    expect(renderHtml(PASSING)).not.toContain('id="capacity"');
  });

  it("shows what k6 says of its thresholds and checks as evidence, and which traces to look for", () => {
    const html = plain(renderHtml(PASSING));
    expect(html).toContain("k6’s own thresholds: evidence, no verdict");
    for (const word of ["Crossed", "Held", "No sample"]) expect(html).toContain(`>${word}</td>`);
    expect(html).toContain("4bf92f3577b34da6a3ce929d0e0e4736");
    expect(html).toContain("the cart is not empty");
  });

  it("shows some of many traced failures only", () => {
    const [failure] = PASSING.evidence?.load.failures ?? [];
    if (PASSING.evidence === null || failure === undefined) throw new Error("no failure");
    const load = { ...PASSING.evidence.load, failures: Array.from({ length: 500 }, () => failure) };
    const html = renderHtml({ ...PASSING, evidence: { ...PASSING.evidence, load } });
    expect(count(html, failure.traceId)).toBe(20);
    expect(html).toContain("480 more are in evidence.json.");
  });

  it("says that a closed model has no plan of its iterations", () => {
    const html = plain(renderHtml(CLOSED));
    expect(html).toContain("24,000, not planned (closed model)");
    expect(html).toContain("20 VUs for 40 s");
    expect(html).not.toContain("VUs busy at once</th>");
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

  const hostile = Object.entries(HOSTILE_TEXTS).flatMap(([name, text]) => [
    [name, text, FAILING] as const,
    [`${name}, in a stress`, text, STRESS] as const,
  ]);
  it.each(hostile)("shows hostile text as text: %s", (_, text, base) => {
    const html = renderHtml(withText(base, text));
    const own = renderHtml(withText(base, "harmless"));
    for (const tag of ["<script", "</script", "<style", "</style", "<img", "<svg", "<title", "<pre", "<!--"]) {
      expect(count(html, tag), tag).toBe(count(own, tag));
    }
    const unquoted = html.replaceAll(/"[^"]*"/g, "");
    expect(found(unquoted, /<[a-z][^<>]*\son\w+=/)).toBeNull();
    expect(found(html, /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}]/u)).toBeNull();
  });
});
