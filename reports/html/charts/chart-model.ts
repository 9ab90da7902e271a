import { max, median } from "d3-array";
import type { ChartEvidence } from "../../../lib/run/evidence.ts";

/** A sample, in seconds after the load's start. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line with its gaps: a null stands where samples are missing. */
export interface ChartLine {
  readonly label: string;
  readonly points: readonly (Point | null)[];
}

/** The span that all charts share, in seconds after the load's start. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

// Samples further apart than this many steps have something missing between them.
const GAP_STEPS = 1.6;

/** The lines of a chart inside the span; where samples are missing, so is the line. */
export function linesOf(chart: ChartEvidence, loadStart: number, span: Span): readonly ChartLine[] {
  return chart.lines.map(({ label, samples }) => {
    const step = median(samples.slice(1), ([at], index) => at - (samples[index]?.[0] ?? at)) ?? Infinity;
    const points: (Point | null)[] = [];
    for (const [at, value] of samples) {
      const x = at - loadStart;
      if (x < span.from || x > span.to) continue;
      const before = points.at(-1);
      // JSON has no NaN: it may come as null.
      const seen = typeof value === "number" && Number.isFinite(value);
      if (before && (!seen || x - before.x > step * GAP_STEPS)) points.push(null);
      if (seen) points.push({ x, y: value });
    }
    return { label, points };
  });
}

/** The highest value of the lines, or 0 without any. */
export function highestOf(lines: readonly ChartLine[]): number {
  return max(lines, ({ points }) => max(points, (point) => point?.y)) ?? 0;
}
