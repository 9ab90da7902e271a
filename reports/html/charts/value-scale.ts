import { scaleLinear } from "d3-scale";
import type { ChartEvidence } from "../../../lib/run/evidence.ts";
import { formatNumber } from "../../words/format.ts";

/** How the values of a chart are scaled and written; `factor` turns a value into its shown unit. */
export interface ValueScale {
  readonly unit: string;
  readonly factor: number;
  readonly ticks: readonly { readonly y: number; readonly label: string }[];
  readonly toPixels: (value: number) => number;
}

/** A scale from zero to a round number above the highest value, `height` pixels high. */
export function valueScale(unit: ChartEvidence["unit"], highest: number, height: number): ValueScale {
  const shown = shownUnit(unit, highest);
  const top = highest > 0 && Number.isFinite(highest * shown.factor) ? highest * shown.factor : 1;
  const scale = scaleLinear().domain([0, top]).range([height, 0]).nice(4);
  // A share has no more than all of it.
  if (unit === "ratio" && highest <= 1 && (scale.domain()[1] ?? 0) > 100) scale.domain([0, 100]);
  return {
    ...shown,
    ticks: scale.ticks(4).map((tick) => ({ y: scale(tick), label: formatNumber(tick) })),
    toPixels: (value) => scale(value * shown.factor),
  };
}

function shownUnit(unit: ChartEvidence["unit"], highest: number): { readonly unit: string; readonly factor: number } {
  switch (unit) {
    case "ratio":
      return { unit: "%", factor: 100 };
    case "requests/s":
      return { unit, factor: 1 };
    case "seconds":
      return highest < 1.5 ? { unit: "ms", factor: 1000 } : { unit: "s", factor: 1 };
  }
}
