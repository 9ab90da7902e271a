import { line } from "d3-shape";
import type { Point } from "./chart-model.ts";
import { thinPoints } from "./thin-points.ts";

/** The width of the coordinates in which lines are drawn; they are stretched to the width of the page. */
export const PATH_WIDTH = 1000;

/** The `d` of a line; a null among the points ends it, and the next point begins it anew. A lone point is a dot. */
export function linePath(
  points: readonly (Point | null)[],
  toPercent: (x: number) => number,
  toPixels: (value: number) => number,
): string {
  const draw = line<Point | null>()
    .defined((point) => point !== null)
    .x((point) => (toPercent(point?.x ?? 0) / 100) * PATH_WIDTH)
    .y((point) => toPixels(point?.y ?? 0))
    .digits(2);
  return draw(thinPoints(points)) ?? "";
}
