import { renderToString } from "preact-render-to-string";
import type { RunRecord } from "../../lib/run/record.ts";
import { printableRecord } from "../words/printable.ts";
import { Page } from "./page.tsx";

/** The run as one self-contained page: nothing is requested, and it is complete without scripts. */
export function renderHtml(record: RunRecord): string {
  return `<!doctype html>\n${renderToString(<Page record={printableRecord(record)} />)}\n`;
}
