import type { RunRecord } from "../../lib/run/record.ts";
import type { ObjectiveVerdict } from "../../lib/run/verdict.ts";
import { runTimes } from "../../reports/words/run-times.ts";

/** One sample; `atMs` is in milliseconds since the Unix epoch. */
export interface RunSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly atMs: number;
}

const VERDICTS = ["pass", "fail", "inconclusive", "error"] as const;

/** What of a run is worth a series over many runs, at the run's end; what was not seen has no sample. */
export function runSamples(record: RunRecord): readonly RunSample[] {
  const { plan, verdict } = record;
  const { runStart, runEnd } = runTimes(record);
  const atMs = Math.round((runEnd ?? Date.parse(plan.createdAt) / 1000) * 1000);
  const labels = {
    service: plan.service.name,
    scenario: plan.load.scenario,
    gate: plan.gate.name,
    ...(plan.experiment === null ? {} : { experiment: plan.experiment.name }),
    ...(plan.service.environment === null ? {} : { environment: plan.service.environment }),
  };
  const sample = (name: string, value: number | null | undefined, own: RunSample["labels"] = {}): RunSample[] =>
    value === null || value === undefined
      ? []
      : [{ name: `proofload_${name}`, labels: { ...labels, ...own }, value, atMs }];
  return [
    ...VERDICTS.flatMap((word) => sample("run_verdict", word === verdict.verdict ? 1 : 0, { verdict: word })),
    ...sample("run_duration_seconds", runStart === null || runEnd === null ? null : runEnd - runStart),
    ...verdict.objectives.flatMap((objective) => {
      const own = objectiveLabels(objective, verdict.objectives);
      return [
        ...sample("objective_good_ratio", objective.value, own),
        ...sample("objective_good_ratio_lower", objective.interval?.low, own),
        ...sample("objective_good_ratio_upper", objective.interval?.high, own),
        ...sample("objective_target_ratio", objective.target, own),
        ...sample("objective_events", objective.events?.total, own),
        ...sample("objective_recovery_seconds", objective.recovery?.seenSeconds, own),
      ];
    }),
    ...verdict.faults.flatMap(({ name, kind, target, times }) =>
      sample("fault_recovery_seconds", times?.toRecover?.seconds, { fault: name, kind, target }),
    ),
  ];
}

/** An SLO with several objectives is judged several times in one phase. */
function objectiveLabels(
  { slo, phase, target }: ObjectiveVerdict,
  all: readonly ObjectiveVerdict[],
): Readonly<Record<string, string>> {
  const several = all.filter((other) => other.slo === slo && other.phase === phase).length > 1;
  return { slo, phase, ...(several ? { target: String(target) } : {}) };
}
