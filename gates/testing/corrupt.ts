import type { RunEvent } from "../../lib/run/events.ts";
import type { CounterEvidence, Evidence, LoadEvidence, QueryOutcome, SeriesSamples } from "../../lib/run/evidence.ts";
import type { ObjectivePlan } from "../../lib/run/plan.ts";
import type { SimulatedRun } from "./simulate-run.ts";

/** A change to a simulated run, as the world may make it. */
export type Corruption = (run: SimulatedRun) => SimulatedRun;

export function withEvidence(change: (evidence: Evidence) => Partial<Evidence>): Corruption {
  return (run) => ({ ...run, evidence: { ...run.evidence, ...change(run.evidence) } });
}

export function withLoad(change: Partial<LoadEvidence>): Corruption {
  return withEvidence(({ load }) => ({ load: { ...load, ...change } }));
}

export function withEvents(change: (events: readonly RunEvent[]) => readonly RunEvent[]): Corruption {
  return (run) => ({ ...run, events: change(run.events) });
}

/** Replaces what Prometheus answered to the queries that contain a text. */
export function withOutcome(text: string, change: (outcome: QueryOutcome) => QueryOutcome): Corruption {
  return withEvidence(({ counters }) => ({
    counters: counters.map((one): CounterEvidence =>
      one.query.includes(text) ? { ...one, outcome: change(one.outcome) } : one,
    ),
  }));
}

/** Changes the series of the queries that contain a text; `null` drops one. */
export function withSeries(text: string, change: (series: SeriesSamples) => SeriesSamples | null): Corruption {
  return withOutcome(text, (outcome) => changeSeries(outcome, change));
}

export function changeSeries(
  outcome: QueryOutcome,
  change: (series: SeriesSamples) => SeriesSamples | null,
): QueryOutcome {
  if (outcome.kind !== "ok") return outcome;
  return { ...outcome, series: outcome.series.flatMap((one) => change(one) ?? []) };
}

/** Changes the values of samples; `null` drops one. */
export function withSamples(
  series: SeriesSamples,
  change: (at: number, value: number) => number | null,
): SeriesSamples {
  return {
    ...series,
    samples: series.samples.flatMap(([at, value]) => {
      const changed = change(at, value);
      return changed === null ? [] : [[at, changed] as const];
    }),
  };
}

/** Changes the objectives of the run's plan. */
export function withObjectives(change: (objectives: readonly ObjectivePlan[]) => readonly ObjectivePlan[]): Corruption {
  return (run) => ({
    ...run,
    plan: { ...run.plan, gate: { ...run.plan.gate, objectives: change(run.plan.gate.objectives) } },
  });
}
