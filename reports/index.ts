import type { ExperimentRecord } from "../lib/run/experiment-record.ts";
import type { GateRecord } from "../lib/run/gate-record.ts";
import type { RunRecord } from "../lib/run/record.ts";
import { renderLoadPerformance } from "./gitlab/render-load-performance.ts";
import { renderGateHtml, renderHtml } from "./html/render-html.tsx";
import { renderGateJunit } from "./junit/render-gate.ts";
import { renderJunit } from "./junit/render-junit.ts";
import { renderExperimentMarkdown } from "./markdown/render-experiment.ts";
import { renderGateMarkdown } from "./markdown/render-gate.ts";
import { renderMarkdown } from "./markdown/render-markdown.ts";

/** One kind of report: the file it becomes in the run's folder, and a pure function of the run (or of a gate without one). */
export interface Renderer<T = RunRecord> {
  readonly file: string;
  readonly render: (record: T) => string;
}

/** Every report of a run; another one is a file and a line here. */
export const RENDERERS: readonly Renderer[] = [
  { file: "report.html", render: renderHtml },
  { file: "summary.md", render: (record) => renderMarkdown(record) },
  { file: "junit.xml", render: renderJunit },
  { file: "load-performance.json", render: renderLoadPerformance },
];

/** Every report of a gate that judged a window without a run. */
export const GATE_RENDERERS: readonly Renderer<GateRecord>[] = [
  { file: "report.html", render: renderGateHtml },
  { file: "summary.md", render: renderGateMarkdown },
  { file: "junit.xml", render: renderGateJunit },
];

/** Every report of an experiment that was played without load. */
export const EXPERIMENT_RENDERERS: readonly Renderer<ExperimentRecord>[] = [
  { file: "summary.md", render: renderExperimentMarkdown },
];
