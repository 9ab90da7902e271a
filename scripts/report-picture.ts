import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

export interface PictureOptions {
  /** Path of the report. */
  readonly html: string;
  /** Path of the picture to write. */
  readonly png: string;
  readonly dark: boolean;
  readonly width?: number;
  /** The section at whose end the picture ends; the page's id of it. */
  readonly until?: string;
}

const USUAL_PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Chromium's executable: PROOFLOAD_CHROMIUM, or one in a usual place; null where there is none. */
export function findChromium(variables: NodeJS.ProcessEnv): string | null {
  const candidates = [variables["PROOFLOAD_CHROMIUM"], ...USUAL_PLACES];
  return candidates.find((candidate) => candidate !== undefined && existsSync(candidate)) ?? null;
}

/** Chromium's arguments; root, as in most containers, needs the first. */
export const CHROMIUM_ARGUMENTS: readonly string[] = ["--no-sandbox", "--disable-gpu"];

/** Takes a picture of a report from its verdict down to its charts. */
export async function takeReportPicture(options: PictureOptions): Promise<void> {
  const { html, png, dark, width = 1200, until = "charts" } = options;
  const executablePath = findChromium(process.env);
  if (executablePath === null)
    throw new Error("No Chromium: install it (apt-get install chromium) or set PROOFLOAD_CHROMIUM.");
  const browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGUMENTS] });
  try {
    const page = await browser.newPage({
      viewport: { width, height: 900 },
      deviceScaleFactor: 2,
      colorScheme: dark ? "dark" : "light",
    });
    await page.goto(pathToFileURL(path.resolve(html)).href);
    const section = await page.locator(`#${until}`).boundingBox();
    if (section === null) throw new Error(`${html} has no section "${until}": is it a report?`);
    const height = Math.ceil(section.y + section.height + 24);
    await page.screenshot({ path: png, fullPage: true, clip: { x: 0, y: 0, width, height } });
  } finally {
    await browser.close();
  }
}
