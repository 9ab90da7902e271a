import { countEvents, queriesOf } from "../../gates/count-events.ts";
import { countsEvents } from "../../gates/indicators.ts";
import { missProbability } from "../../gates/interval.ts";
import type { CountedShare } from "../../gates/interval.ts";
import { eventWeights } from "../../gates/statistics/design-effect.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import type { CounterEvidence, QueryOutcome } from "../../lib/run/evidence.ts";
import type { RunEvent } from "../../lib/run/events.ts";
import type { Window } from "../../lib/run/phase.ts";
import type { ObjectivePlan, RunPlan } from "../../lib/run/plan.ts";

/** An objective that broke, and by what. */
export interface BrokenObjective {
  readonly slo: string;
  readonly phase: string;
  readonly target: number;
  readonly good: number;
  readonly total: number;
  readonly windowSeconds: number;
}

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
  const up = await readUp(prometheus, counters, window);
  for (const objective of objectives) {
    const counted = countEvents({
      objective,
      // To the newest sample, whichever that is.
      window: { phase: objective.phase, asked: { from, to: at }, lastMoment: at, start: "after" },
      evidence: { counters, up },
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

async function readCounters(
  prometheus: PrometheusClient,
  objectives: readonly ObjectivePlan[],
  window: Window,
): Promise<readonly CounterEvidence[]> {
  const asked = new Map<string, Pick<CounterEvidence, "query" | "countedBy">>();
  for (const objective of objectives) {
    const { countedBy } = objective;
    for (const query of queriesOf(objective)) asked.set(`${countedBy} ${query}`, { query, countedBy });
  }
  return Promise.all(
    [...asked.values()].map(async (one) => ({ ...one, outcome: await prometheus.rawSamples(one.query, window) })),
  );
}

/** When the instances were scraped that the counters come from, and the others of their jobs. */
export async function readUp(
  prometheus: PrometheusClient,
  counters: readonly CounterEvidence[],
  window: Window,
): Promise<QueryOutcome> {
  const jobs = new Set(
    counters.flatMap(({ countedBy, outcome }) =>
      countedBy === "service" && outcome.kind === "ok"
        ? outcome.series.flatMap(({ labels }) => labels["job"] ?? [])
        : [],
    ),
  );
  if (jobs.size === 0) return { kind: "ok", series: [], warnings: [], infos: [] };
  const literal = [...jobs].map((job) => job.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  return prometheus.rawSamples(`up{job=~${JSON.stringify(literal)}}`, window);
}
