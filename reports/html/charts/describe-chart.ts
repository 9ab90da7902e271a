import { maxIndex, min } from "d3-array";
import { formatNumber } from "../../words/format.ts";
import type { ChartLine } from "./chart-model.ts";
import type { ValueScale } from "./value-scale.ts";

/** The chart in words, for those who don't see it: the range of each line, and when it was highest. */
export function describeChart(lines: readonly ChartLine[], scale: ValueScale): string {
  return lines.map((line) => describeLine(line, scale)).join(" ");
}

function describeLine({ label, points }: ChartLine, { unit, factor }: ValueScale): string {
  const seen = points.filter((point) => point !== null);
  const highest = seen[maxIndex(seen, ({ y }) => y)];
  const lowest = min(seen, ({ y }) => y);
  if (highest === undefined || lowest === undefined) return `${label}: no samples.`;
  const gaps = points.length - seen.length;
  return (
    `${label}: from ${formatNumber(lowest * factor)} to ${formatNumber(highest.y * factor)} ${unit}, ` +
    `highest ${formatNumber(Math.round(highest.x))} seconds after the load's start${gaps > 0 ? `, with ${gaps} gaps` : ""}.`
  );
}
