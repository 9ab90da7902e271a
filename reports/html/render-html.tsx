import { renderToString } from "preact-render-to-string";
import type { JSX } from "preact";
import type { GateRecord } from "../../lib/run/gate-record.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import { printableRecord } from "../words/printable.ts";
import { GatePage } from "./gate-page.tsx";
import { Page } from "./page.tsx";

/** The run as one self-contained page: nothing is requested, and it is complete without scripts. */
export function renderHtml(record: RunRecord): string {
  return html(<Page record={printableRecord(record)} />);
}

/** The same of a gate that judged a window without a run. */
export function renderGateHtml(record: GateRecord): string {
  return html(<GatePage record={printableRecord(record)} />);
}

function html(page: JSX.Element): string {
  return `<!doctype html>\n${renderToString(page)}\n`;
}
