import type { RangeEvidence } from "../../lib/run/evidence.ts";
import type { Window } from "../../lib/run/phase.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { seriesOf } from "../counters/count-events.ts";
import { formatBetween, formatTime } from "../format.ts";
import { showSeries } from "../counters/samples.ts";

/** The value of an expression at a time, in Unix seconds. */
export type Evaluation = readonly [at: number, value: number];

/** Prometheus answers in whole milliseconds: two times that differ by less than this, in seconds, are the same. */
export const HAIR_SECONDS = 0.0015;

/** The values of an expression at every evaluation in a window: one series, none missing, each a finite number. */
export function readEvaluations(
  query: string,
  evidence: RangeEvidence | undefined,
  window: Window,
): Attempt<readonly Evaluation[]> {
  const answer = seriesOf(evidence?.outcome, query);
  if (!answer.ok) return answer;
  const [series, second] = answer.value;
  if (evidence === undefined || series === undefined)
    return blocked("no-data", `${query} has no series ${formatBetween(window.from, window.to)}`);
  if (second !== undefined) {
    const both = `${showSeries(series)} and ${showSeries(second)}`;
    return blocked(
      "several-series",
      `${query} has ${answer.value.length} series where one is judged, ${both} among them`,
    );
  }
  const samples = new Map(series.samples.map(([at, value]) => [Math.round(at * 1000), value]));
  const evaluations: Evaluation[] = [];
  const missing: number[] = [];
  for (const at of timesIn(evidence, window)) {
    const value = samples.get(Math.round(at * 1000));
    if (value === undefined) missing.push(at);
    else if (!Number.isFinite(value)) return blocked("bad-sample", `${query} is ${value}, which is no finite number`);
    else evaluations.push([at, value]);
  }
  const [first] = missing;
  if (first === undefined) return found(evaluations);
  const asked = missing.length + evaluations.length;
  const message = `${query} had no value at ${missing.length} of ${asked} evaluations, first at ${formatTime(first)}`;
  return blocked("window-not-covered", message);
}

/** The times in a window at which something was evaluated. */
export function timesIn(
  { window: asked, stepSeconds }: Pick<RangeEvidence, "window" | "stepSeconds">,
  { from, to }: Window,
): readonly number[] {
  const first = Math.max(0, Math.ceil((from - asked.from - HAIR_SECONDS) / stepSeconds));
  const last = Math.floor((to - asked.from + HAIR_SECONDS) / stepSeconds);
  return Array.from(
    { length: Math.max(0, last - first + 1) },
    (_, index) => asked.from + (first + index) * stepSeconds,
  );
}
