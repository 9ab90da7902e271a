import type { Point } from "./chart-model.ts";

const MOST_POINTS = 1200;

/** The points, or in a long run the lowest and the highest of each of many short stretches, so that no spike and no gap is lost. */
export function thinPoints(points: readonly (Point | null)[]): readonly (Point | null)[] {
  if (points.length <= MOST_POINTS) return points;
  const stretch = Math.ceil((points.length * 2) / MOST_POINTS);
  const kept: (Point | null)[] = [];
  for (let start = 0; start < points.length; start += stretch) {
    kept.push(...extremesOf(points.slice(start, start + stretch)));
  }
  return kept;
}

function extremesOf(points: readonly (Point | null)[]): readonly (Point | null)[] {
  const seen = points.filter((point) => point !== null);
  const lowest = seen.reduce<Point | null>(
    (least, point) => (least === null || point.y < least.y ? point : least),
    null,
  );
  const highest = seen.reduce<Point | null>((most, point) => (most === null || point.y > most.y ? point : most), null);
  return points.filter((point) => point === null || point === lowest || point === highest);
}
