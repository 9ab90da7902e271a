import { planGate } from "../../gates/plan-gate.ts";
import type { Gate } from "../../gates/parse-gate.ts";
import type { Slo } from "../../gates/parse-slos.ts";
import type { Project } from "../../lib/config/project.ts";
import { usageError } from "../../lib/errors.ts";
import type { ExperimentPlan, GatePlan, LoadPlan, PlannedPhase, RunPlan } from "../../lib/run/plan.ts";
import { checkProject } from "./check-project.ts";

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
  checkProject(project);
  const timeline = planTimeline(load, experiment);
  const { limits } = project.spec;
  const gate = planGate({
    gate: input.gate,
    slos: input.slos,
    phases: timeline.map(({ phase }) => ({
      phase,
      callerCounts: experiment?.faults.some((fault) => fault.callerCounts && phase === `fault/${fault.name}`) ?? false,
    })),
    labels: {},
    callerLabels: { testid: input.runId },
  });
  checkTargets(experiment, project.spec.targets);
  checkLengths(gate, timeline, project.spec.prometheus.scrapeInterval);
  return {
    schemaVersion: 1,
    runId: input.runId,
    createdAt: input.createdAt,
    tool: { name: "proofload", version: input.version },
    service: { name: project.metadata.name, url: project.spec.service.url, environment: input.environment },
    load,
    experiment: experiment === null ? null : withoutBaseline(experiment),
    gate,
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

/** A judged phase gives up a scrape interval on either side, and what is left must hold two samples for sure. */
const LEAST_INTERVALS = { fault: 2, other: 4 };

function checkLengths(gate: GatePlan, timeline: readonly PlannedPhase[], scrapeIntervalSeconds: number): void {
  for (const { phase, startSeconds, endSeconds } of timeline) {
    if (!gate.objectives.some((objective) => objective.phase === phase)) continue;
    const intervals = phase.startsWith("fault/") ? LEAST_INTERVALS.fault : LEAST_INTERVALS.other;
    const needed = intervals * scrapeIntervalSeconds;
    if (endSeconds - startSeconds >= needed) continue;
    throw usageError(
      "phase-too-short",
      `${gate.file} judges ${phase}, which lasts ${endSeconds - startSeconds} s; with a scrape every ${scrapeIntervalSeconds} s it needs ${needed} s`,
      "Lengthen it in the experiment (baseline, hold, recovery) or the scenario, or don't judge it.",
    );
  }
}

function checkTargets(experiment: ExperimentPlan | null, targets: readonly string[]): void {
  for (const { name, target } of experiment?.faults ?? []) {
    if (targets.includes(target)) continue;
    throw usageError(
      "unknown-target",
      `${experiment?.file}: fault ${name} is for '${target}', which did not opt in`,
      `Under \`targets\` in proofload.yaml there are: ${targets.join(", ") || "none"}.`,
    );
  }
}

function withoutBaseline({ name, title, hypothesis, file, faults }: ExperimentPlan): ExperimentPlan {
  return { name, title, hypothesis, file, faults };
}
