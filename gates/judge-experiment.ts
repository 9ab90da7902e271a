import type { RunEvent } from "../lib/run/events.ts";
import type { ExperimentRunPlan } from "../lib/run/plan.ts";
import type { ExperimentVerdict, Reason } from "../lib/run/verdict.ts";
import { concludeRun } from "./conclude-run.ts";
import { withTimes } from "./run/fault-times.ts";
import { judgeFaults } from "./run/faults.ts";
import { judgeAlerts } from "./run/judge-alerts.ts";
import { judgeHypothesis } from "./run/judge-hypothesis.ts";
import { cutReasons, endedReasons } from "./run-reasons.ts";
import { summarise } from "./summary.ts";

/** Turns the timeline of an experiment without load into a verdict: its faults must be proven and undone, and its hypothesis must have been asked and have held. */
export function judgeExperiment(plan: ExperimentRunPlan, events: readonly RunEvent[]): ExperimentVerdict {
  const { experiment } = plan;
  const faults = judgeFaults(experiment.faults, events);
  const { probes, reasons, failures } = judgeHypothesis(experiment, events);
  const alerts = judgeAlerts(experiment, events);
  const asked = [...probes, ...alerts.alerts];
  const asksNothing: Reason = {
    code: "nothing-judged",
    message: `${experiment.file} asks nothing: without load and without probes (spec.steadyState) and alerts there is nothing to judge`,
  };
  const outcome = concludeRun({
    objectives: [],
    capacity: null,
    faults,
    refuted: [...failures, ...alerts.failures],
    upheld: asked.length > 0 && asked.every(({ verdict }) => verdict === "pass"),
    broken: { failures: [], blocking: [] },
    away: false,
    blocking: [
      ...cutReasons(events),
      ...endedReasons(events, endOf(events)),
      ...faults.reasons,
      ...reasons,
      ...alerts.reasons,
      ...(asked.length === 0 ? [asksNothing] : []),
    ],
    events,
  });
  return {
    schemaVersion: 1,
    kind: "experiment",
    runId: plan.runId,
    experiment: experiment.name,
    verdict: outcome.verdict,
    exitCode: outcome.exitCode,
    summary: summarise({ ...outcome, objectives: [], capacity: null, faults: faults.faults, probes }),
    reasons: outcome.reasons,
    faults: withTimes(faults.faults, experiment, { events, objectives: [] }),
    probes,
    alerts: alerts.alerts,
  };
}

/** Programs are stopped when the last recovery was watched, which is the last that the timeline tells of the experiment itself. */
function endOf(events: readonly RunEvent[]): number {
  return events.findLast(({ type }) => type === "phase" || type === "probe")?.at ?? Number.POSITIVE_INFINITY;
}
