import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RENDERERS } from "../reports/index.ts";
import { renderGateHtml } from "../reports/html/render-html.tsx";
import { GATE } from "../reports/testing/fixture-gate.ts";
import { FIXTURES } from "../reports/testing/fixtures.ts";
import { HOSTILE_TEXTS, withText } from "../reports/testing/hostile.ts";
import { CHROMIUM_ARGUMENTS, findChromium, takeReportPicture } from "../scripts/report-picture.ts";

const executablePath = findChromium(process.env);
const missing =
  executablePath === null ? "no Chromium: set PROOFLOAD_CHROMIUM, or install it at /usr/bin/chromium" : null;

const PAGES: readonly (readonly [string, () => string])[] = [
  ...Object.entries(FIXTURES).map(([name, record]) => [name, () => render("report.html", record)] as const),
  ["GATE", () => renderGateHtml(GATE)],
];

// Under CI a missing browser is a failure: a check that never runs proves nothing.
const skipped = missing !== null && process.env["CI"] !== "true";

describe.skipIf(skipped)(`report.html in a browser${skipped ? ` (skipped: ${missing})` : ""}`, () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    if (executablePath === null) throw new Error(missing ?? "");
    browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGUMENTS] });
    folder = await mkdtemp(path.join(os.tmpdir(), "proofload-report-"));
  });

  afterAll(async () => {
    await browser?.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  describe.each([
    ["light", 1200],
    ["dark", 1200],
    ["light", 400],
    ["dark", 400],
  ] as const)("%s, %i pixels wide", (colorScheme, width) => {
    it.each(PAGES)("is quiet, fits and can be read: %s", async (name, html) => {
      const { page, oddities } = await open(name, html(), { colorScheme, width });
      expect(oddities).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
      expect(await page.locator("h1 .word").isVisible()).toBe(true);
      await page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))");
      expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
      const contrasts = await page.evaluate<
        readonly {
          readonly text: string;
          readonly ratio: number;
        }[]
      >(CONTRASTS);
      expect(contrasts.length).toBeGreaterThan(60);
      expect(contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
      await page.close();
    });

    it("draws every chart with its faults, and the row that failed", async () => {
      const { page } = await open("charts", render("report.html", FIXTURES.FAILING), { colorScheme, width });
      const charts = await page.locator("figure.chart .plot > svg").all();
      expect(charts).toHaveLength(3);
      for (const chart of charts) {
        const box = await chart.boundingBox();
        expect(box?.width).toBeGreaterThan(width / 2);
        expect(box?.height).toBeGreaterThan(100);
        const bands = await chart.locator(".band-fault > rect").all();
        expect(bands).toHaveLength(2);
        for (const band of bands) expect((await band.boundingBox())?.width).toBeGreaterThan(10);
        const labels = await chart.locator(".band-label text").all();
        expect(await overlaps(labels.map((label) => label.boundingBox()))).toBe(false);
      }
      const failed = page.locator('tr[data-verdict="fail"]');
      expect(await failed.count()).toBe(1);
      expect(await failed.isVisible()).toBe(true);
      const [failedGround, passedGround] = await page.evaluate<readonly [string, string]>(
        `["fail", "pass"].map((word) => document.querySelector('tr[data-verdict="' + word + '"]')).map((row) =>
          getComputedStyle(row).backgroundColor + getComputedStyle(row.firstElementChild).backgroundColor)`,
      );
      expect(failedGround).not.toBe(passedGround);
      await page.close();
    });
  });

  it("shows the values under the pointer", async () => {
    const { page, oddities } = await open("pointer", render("report.html", FIXTURES.FAILING), {
      colorScheme: "light",
      width: 1200,
    });
    const plot = page.locator(".chart-latency .plot");
    await plot.scrollIntoViewIfNeeded();
    const readings = page.locator(".chart-latency output");
    expect(await readings.allTextContents()).toEqual(["", "", ""]);
    await hoverAt(page, 0.5);
    expect(await readings.allTextContents()).toEqual(["300 ms", "355 ms", "395 ms"]);
    // The service was dead then: nothing is made up.
    await hoverAt(page, 31.5 / 40);
    expect(await readings.allTextContents()).toEqual(["no sample", "no sample", "no sample"]);
    expect(oddities).toEqual([]);
    await page.close();
  });

  it("opens every detail on paper, in light colors", async () => {
    const { page } = await open("paper", render("report.html", FIXTURES.FAILING), { colorScheme: "dark", width: 1200 });
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("#queries pre").first().isVisible()).toBe(true);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    await page.close();
  });

  it.each(Object.entries(HOSTILE_TEXTS))(
    "runs nothing and breaks nothing with hostile text: %s",
    async (name, text) => {
      const record = withText(FIXTURES.FAILING, text);
      const { page, oddities } = await open(`hostile ${name}`.slice(0, 40), render("report.html", record), {
        colorScheme: "light",
        width: 400,
      });
      expect(oddities).toEqual([]);
      expect(await page.evaluate("window.pwned")).toBeUndefined();
      expect(await page.locator("script, img, iframe, object").count()).toBe(1);
      expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
      const xml = JSON.stringify(render("junit.xml", record));
      const parsed = await page.evaluate(
        `new DOMParser().parseFromString(${xml}, "application/xml").querySelector("parsererror")?.textContent ?? null`,
      );
      expect(parsed).toBeNull();
      await page.close();
    },
  );

  it("becomes the picture of the docs", async () => {
    const html = path.join(folder, "picture.html");
    const png = path.join(folder, "picture.png");
    await writeFile(html, render("report.html", FIXTURES.FAILING));
    await takeReportPicture({ html, png, dark: true });
    expect((await readFile(png)).subarray(1, 4).toString()).toBe("PNG");
  });

  /** Opens a page from a file, and keeps whatever it says or asks for. */
  async function open(
    name: string,
    html: string,
    { colorScheme, width }: { readonly colorScheme: "light" | "dark"; readonly width: number },
  ): Promise<{ readonly page: Page; readonly oddities: readonly string[] }> {
    const file = path.join(folder, `${name.replaceAll(/\W+/g, "-")}.html`);
    await writeFile(file, html);
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    const oddities: string[] = [];
    const url = pathToFileURL(file).href;
    page.on("console", (message) => oddities.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => oddities.push(`error: ${error.message}`));
    page.on("dialog", (dialog) => oddities.push(`dialog: ${dialog.message()}`));
    page.on("request", (request) => {
      if (request.url() !== url && !request.url().startsWith("data:")) oddities.push(`request: ${request.url()}`);
    });
    await page.goto(url);
    return { page, oddities };
  }
});

function render(file: string, record: Parameters<(typeof RENDERERS)[number]["render"]>[0]): string {
  return RENDERERS.find((renderer) => renderer.file === file)?.render(record) ?? "";
}

async function hoverAt(page: Page, share: number): Promise<void> {
  const box = await page.locator(".chart-latency .plot").boundingBox();
  if (box === null) throw new Error("the latency chart is not visible");
  await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
}

type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number } | null;

async function overlaps(given: readonly Promise<Box>[]): Promise<boolean> {
  const boxes = (await Promise.all(given)).filter((box) => box !== null);
  return boxes.some((a, index) =>
    boxes
      .slice(index + 1)
      .some((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height),
  );
}

/**
 * The contrast of every visible text with what is behind it (WCAG 2.2, 1.4.3), computed in the page. Behind the text of
 * a chart is its figure and, over a band, the band's rectangle.
 */
const CONTRASTS = `(() => {
  const parse = (color) => {
    const [r, g, b, a = 1] = (color.match(/[\\d.]+/g) ?? []).map(Number);
    return { r, g, b, a };
  };
  const over = (top, under) => ({
    r: top.r * top.a + under.r * (1 - top.a), g: top.g * top.a + under.g * (1 - top.a), b: top.b * top.a + under.b * (1 - top.a), a: 1,
  });
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), { r: 255, g: 255, b: 255, a: 1 });
  };
  const bandsUnder = (text) => {
    const box = text.getBoundingClientRect();
    return [...(text.ownerSVGElement?.querySelectorAll(".band rect") ?? [])].filter((rect) => {
      const band = rect.getBoundingClientRect();
      return band.left < box.right && box.left < band.right && band.top < box.bottom && box.top < band.bottom;
    });
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    const box = element.getBoundingClientRect();
    if (text === "" || box.width <= 1 || element.closest("script, style, title, desc, .hidden")) continue;
    const style = getComputedStyle(element);
    const inSvg = element.namespaceURI.endsWith("svg");
    const color = parse(inSvg ? style.fill : style.color);
    const grounds = [behind(element)];
    if (inSvg) for (const rect of bandsUnder(element)) {
      const fill = parse(getComputedStyle(rect).fill);
      grounds.push(over({ ...fill, a: fill.a * Number(getComputedStyle(rect).opacity) }, grounds[0]));
    }
    for (const ground of grounds) {
      const [light, dark] = [luminance(over(color, ground)), luminance(ground)].sort((a, b) => b - a);
      found.push({ text: text.slice(0, 40), class: String(element.getAttribute("class")), ratio: (light + 0.05) / (dark + 0.05) });
    }
  }
  return found;
})()`;
