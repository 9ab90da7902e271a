import { blocked, found } from "./attempt.ts";
import type { Attempt } from "./attempt.ts";
import type { CountRequest } from "./counters/count-events.ts";
import type { ObjectiveInput } from "./objective-input.ts";
import type { JudgedWindow } from "./windows.ts";

/** What an objective is counted in, or what stands in the way of counting. */
export function readyToCount(
  input: ObjectiveInput,
  windows: readonly JudgedWindow[],
): Attempt<Omit<CountRequest, "objective">> {
  const { objective, evidence, scrapeIntervalSeconds, excuses, restartsAllowed = false, gaps, stretchSeconds } = input;
  if (evidence === null) return blocked("no-data", "no evidence was collected");
  const { reachable, error, skewSeconds } = evidence.prometheus;
  if (!reachable) {
    return blocked(
      "prometheus-unreachable",
      `Prometheus did not answer when evidence was collected: ${error ?? "no reply"}`,
    );
  }
  const [window, second] = windows;
  if (window === undefined) return blocked("phase-missing", `${objective.phase} was not reached, or too short to see`);
  if (second !== undefined) return blocked("phase-missing", `${objective.phase} was entered more than once`);
  if (input.cutAt !== null && window.lastMoment >= input.cutAt) {
    return blocked("run-cut-short", `${objective.phase} was cut off`);
  }
  const gap = gaps.find(({ from, to }) => to >= window.asked.from && from <= window.lastMoment);
  if (gap !== undefined) {
    return blocked(
      "prometheus-gap",
      `Prometheus was away for ${(gap.to - gap.from).toFixed(1)} s in ${objective.phase}`,
    );
  }
  // The Date header that it is read from has whole seconds.
  if (objective.countedBy === "service" && !(Math.abs(skewSeconds ?? 0) <= Math.max(1, scrapeIntervalSeconds) + 0.5)) {
    return blocked("clock-skew", `Prometheus's clock is ${skewSeconds} s off this machine's`);
  }
  const whole = { window, evidence, scrapeIntervalSeconds, excuses, restartsAllowed };
  return found(stretchSeconds === undefined ? whole : { ...whole, stretchSeconds });
}
