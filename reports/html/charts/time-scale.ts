import { scaleLinear } from "d3-scale";
import type { Span } from "./chart-model.ts";

/** The common x axis: places in percent of the width, ticks in seconds, minutes or hours after the load's start. */
export interface TimeScale {
  readonly unit: "seconds" | "minutes" | "hours";
  readonly secondsPerUnit: number;
  readonly toPercent: (x: number) => number;
  readonly ticks: readonly { readonly percent: number; readonly label: string }[];
}

/** The axis of a span; long runs are told in minutes or hours. */
export function timeScale(span: Span): TimeScale {
  const length = span.to - span.from;
  const [unit, secondsPerUnit] =
    length > 5 * 3600
      ? (["hours", 3600] as const)
      : length > 15 * 60
        ? (["minutes", 60] as const)
        : (["seconds", 1] as const);
  const scale = scaleLinear()
    .domain([span.from / secondsPerUnit, span.to / secondsPerUnit])
    .range([0, 100]);
  return {
    unit,
    secondsPerUnit,
    toPercent: (x) => round(Math.min(100, Math.max(0, scale(x / secondsPerUnit)))),
    ticks: scale.ticks(8).map((tick) => ({ percent: round(scale(tick)), label: tick.toLocaleString("en-US") })),
  };
}

function round(percent: number): number {
  return Number(percent.toFixed(3));
}
