import type { RunRecord } from "../lib/run/record.ts";
import { renderHtml } from "./html/render-html.tsx";
import { renderJunit } from "./junit/render-junit.ts";
import { renderMarkdown } from "./markdown/render-markdown.ts";

/** One kind of report: the file it becomes in the run's folder, and a pure function of the run. */
export interface Renderer {
  readonly file: string;
  readonly render: (record: RunRecord) => string;
}

/** Every report of a run; another one is a file and a line here. */
export const RENDERERS: readonly Renderer[] = [
  { file: "report.html", render: renderHtml },
  { file: "summary.md", render: renderMarkdown },
  { file: "junit.xml", render: renderJunit },
];
