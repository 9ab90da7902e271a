import { extent } from "d3-array";
import type { ChartEvidence } from "../../../lib/run/evidence.ts";
import type { RunRecord } from "../../../lib/run/record.ts";
import { latencyThreshold } from "../../words/describe-objective.ts";
import { runTimes } from "../../words/run-times.ts";
import { bandsOf } from "./bands.ts";
import { linesOf, type Span } from "./chart-model.ts";
import { Chart } from "./chart.tsx";
import { PhaseStrip } from "./phase-strip.tsx";
import { timeScale } from "./time-scale.ts";

const ORDER: readonly ChartEvidence["id"][] = ["rate", "latency", "errors"];

/** Load, latency and errors over time, on one time axis, with the faults drawn in. */
export function ChartsSection({ record }: { readonly record: RunRecord }) {
  return (
    <section id="charts" aria-labelledby="charts-title">
      <h2 id="charts-title">Charts</h2>
      <Charts record={record} />
    </section>
  );
}

function Charts({ record }: { readonly record: RunRecord }) {
  const charts = (record.evidence?.charts ?? [])
    .filter(({ lines }) => lines.some(({ samples }) => samples.length > 0))
    .toSorted((a, b) => ORDER.indexOf(a.id) - ORDER.indexOf(b.id));
  const spanned = spanOf(record, charts);
  if (charts.length === 0 || spanned === null)
    return <p class="empty">No samples were collected: there is nothing to draw.</p>;
  const { loadStart, span } = spanned;
  const time = timeScale(span);
  const bands = bandsOf(record, loadStart, span);
  const thresholds = record.verdict.objectives.flatMap((objective) => latencyThreshold(objective, record.plan) ?? []);
  return (
    <div class="panel plots" data-from={span.from} data-to={span.to}>
      <PhaseStrip record={record} loadStart={loadStart} span={span} time={time} />
      {charts.map((chart) => (
        <Chart
          chart={chart}
          lines={linesOf(chart, loadStart, span)}
          bands={bands}
          time={time}
          thresholds={[...new Set(thresholds)]}
        />
      ))}
      <p class="axis-name">{time.unit} after the load’s start</p>
      <p class="legend-line">
        Shaded: a fault. Faded: never judged. A gap in a line is a gap in the samples. The charts are for people to look
        at; nothing is judged by them.
      </p>
    </div>
  );
}

function spanOf(
  record: RunRecord,
  charts: readonly ChartEvidence[],
): { readonly loadStart: number; readonly span: Span } | null {
  const { loadStart, loadEnd } = runTimes(record);
  const sampled = extent(charts.flatMap(({ lines }) => lines.flatMap(({ samples }) => samples.map(([at]) => at))));
  const from = loadStart ?? sampled[0];
  const to = loadEnd ?? sampled[1];
  if (from === undefined || to === undefined || !Number.isFinite(to - from) || to <= from) return null;
  return { loadStart: from, span: { from: 0, to: to - from } };
}
