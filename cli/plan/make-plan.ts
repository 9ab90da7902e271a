import { planGate } from "../../gates/plan-gate.ts";
import type { Gate } from "../../gates/parse-gate.ts";
import type { Slo } from "../../gates/parse-slos.ts";
import type { Project } from "../../lib/config/project.ts";
import { usageError } from "../../lib/errors.ts";
import type { ExperimentPlan, LoadPlan, PlannedPhase, RunPlan } from "../../lib/run/plan.ts";

export interface PlanInput {
  readonly runId: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly version: string;
  readonly project: Project;
  readonly environment: string | null;
  readonly load: LoadPlan;
  readonly experiment: (ExperimentPlan & { readonly baselineSeconds: number }) | null;
  readonly gate: Gate;
  readonly slos: readonly Slo[];
}

/** Puts together what a run is going to do. Pure; throws a usage error (exit code 2) for what does not fit together. */
export function makePlan(input: PlanInput): RunPlan {
  const { project, load, experiment } = input;
  const timeline = planTimeline(load, experiment);
  const { limits } = project.spec;
  return {
    schemaVersion: 1,
    runId: input.runId,
    createdAt: input.createdAt,
    tool: { name: "proofload", version: input.version },
    service: { name: project.metadata.name, url: project.spec.service.url, environment: input.environment },
    load,
    experiment: experiment === null ? null : withoutBaseline(experiment),
    gate: planGate({
      gate: input.gate,
      slos: input.slos,
      phases: timeline.map(({ phase }) => ({
        phase,
        callerCounts:
          experiment?.faults.some((fault) => fault.callerCounts && phase === `fault/${fault.name}`) ?? false,
      })),
      labels: {},
      callerLabels: { testid: input.runId },
    }),
    timeline,
    scrapeIntervalSeconds: project.spec.prometheus.scrapeInterval,
    limits: {
      minDeliveredShare: limits.minDeliveredShare,
      maxCpuShare: limits.maxCpuShare,
      maxStartLagSeconds: limits.maxStartLag,
      maxCountMismatch: limits.maxCountMismatch,
    },
  };
}

/** The phases one after another, in seconds after the load's start; the last one lasts until the load ends. */
export function planTimeline(
  load: Pick<LoadPlan, "durationSeconds" | "warmupSeconds">,
  experiment: Pick<ExperimentPlan, "name" | "faults"> | null,
): readonly PlannedPhase[] {
  const starts: { phase: string; startSeconds: number }[] = [];
  if (load.warmupSeconds > 0) starts.push({ phase: "warmup", startSeconds: 0 });
  starts.push({ phase: "baseline", startSeconds: load.warmupSeconds });
  for (const fault of experiment?.faults ?? []) {
    starts.push({ phase: `fault/${fault.name}`, startSeconds: fault.startSeconds });
    starts.push({ phase: `recovery/${fault.name}`, startSeconds: fault.startSeconds + fault.holdSeconds });
  }
  const last = experiment?.faults.at(-1);
  const needed = last === undefined ? load.warmupSeconds : last.startSeconds + last.holdSeconds + last.recoverySeconds;
  if (needed > load.durationSeconds) {
    throw usageError(
      "load-too-short",
      `the load lasts ${load.durationSeconds} s, but ${experiment === null ? "its warm-up" : `experiment ${experiment.name}`} needs ${needed} s`,
      "Lengthen the scenario, or shorten the experiment's baseline, hold or recovery.",
    );
  }
  return starts.map(({ phase, startSeconds }, index) => ({
    phase,
    startSeconds,
    endSeconds: starts[index + 1]?.startSeconds ?? load.durationSeconds,
  }));
}

function withoutBaseline({ name, title, hypothesis, file, faults }: ExperimentPlan): ExperimentPlan {
  return { name, title, hypothesis, file, faults };
}
