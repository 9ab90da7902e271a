import { countEvents } from "../../gates/counters/count-events.ts";
import { countsEvents } from "../../gates/model/indicators.ts";
import { missProbability } from "../../gates/statistics/interval.ts";
import type { CountedShare } from "../../gates/statistics/interval.ts";
import { eventWeights } from "../../gates/statistics/design-effect.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import type { RunEvent } from "../../lib/run/events.ts";
import type { ObjectivePlan, RunPlan } from "../../lib/run/plan.ts";
import { readCounters, readUp } from "./read-counters.ts";

/** An objective that broke, and by what. */
export type BrokenObjective = Omit<Extract<RunEvent, { readonly type: "objective-broke" }>, "at" | "type">;

export interface LookOptions {
  readonly plan: RunPlan;
  /** Those of the plan that are watched. */
  readonly objectives: readonly ObjectivePlan[];
  readonly prometheus: PrometheusClient;
  readonly events: readonly RunEvent[];
  /** Unix seconds: now. */
  readonly at: number;
}

/** Of one look: there are thousands in a long run. */
const CONFIDENCE = 0.999;
/** A few unlucky requests end no load. */
const LEAST_BAD = 3;

/** Holds what was counted lately in the phase that is on against its objectives; the first that broke, or null. */
export async function lookAtObjectives(options: LookOptions): Promise<BrokenObjective | null> {
  const { plan, prometheus, events, at } = options;
  const begun = events.findLast((event) => event.type === "phase");
  if (begun?.type !== "phase") return null;
  const objectives = options.objectives.filter(countsEvents).filter(({ phase }) => phase === begun.phase);
  // What was under way when the phase began is not its own.
  const from = Math.max(begun.at + plan.scrapeIntervalSeconds, at - plan.gate.abortWindowSeconds);
  if (objectives.length === 0 || at - from < plan.scrapeIntervalSeconds) return null;
  const window = { from, to: at };
  const counters = await readCounters(prometheus, objectives, window);
  const scraped = await readUp(prometheus, counters, window);
  for (const objective of objectives) {
    const counted = countEvents({
      objective,
      // To the newest sample, whichever that is.
      window: { phase: objective.phase, asked: { from, to: at }, lastMoment: at, start: "after" },
      evidence: { counters, ...scraped },
      scrapeIntervalSeconds: plan.scrapeIntervalSeconds,
      // A restart or a gap proves nothing here, whoever caused it.
      excuses: [],
    });
    if (!counted.ok) continue;
    const { good, total, covered, clusters } = counted.value;
    const weights = eventWeights(clusters, plan.gate.failureBurst, CONFIDENCE);
    if (total < (objective.minEvents ?? 0) || !isBroken({ good, total, weights }, objective.target)) continue;
    const { slo, phase, target } = objective;
    return { slo, phase, target, good, total, windowSeconds: covered.to - covered.from };
  }
  return null;
}

/** Whether so many bad events prove that an objective is missed: the exact test that the gate makes, at a confidence of its own. */
export function isBroken(counted: CountedShare, target: number): boolean {
  const { good, total } = counted;
  if (!(total > 0) || !(total - good >= LEAST_BAD)) return false;
  return missProbability(counted, target) <= 1 - CONFIDENCE;
}
