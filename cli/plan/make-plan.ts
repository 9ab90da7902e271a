import { whyScrapesAreMissed } from "../../gates/promql/missed-scrapes.ts";
import { neededSeconds } from "../../gates/needed-seconds.ts";
import { planGate } from "../../gates/plan-gate.ts";
import type { Gate } from "../../gates/model/parse-gate.ts";
import type { Slo } from "../../gates/model/parse-slos.ts";
import type { Project } from "../../lib/config/project.ts";
import { usageError } from "../../lib/errors.ts";
import type { LoadPlan } from "../../lib/run/load.ts";
import type { ExperimentPlan, GatePlan, PlannedPhase, RunPlan, TriesPlan } from "../../lib/run/plan.ts";
import { completeExperiment } from "./complete-experiment.ts";

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
  /** Tries of the same run that came before. */
  readonly earlier: TriesPlan["earlier"];
}

/** Puts together what a run is going to do. Pure; throws a usage error (exit code 2) for what does not fit together. */
export function makePlan(input: PlanInput): RunPlan {
  const { project, load, experiment } = input;
  const timeline = planTimeline(load, experiment);
  const { limits } = project.spec;
  const gate = planGate({
    gate: input.gate,
    slos: input.slos,
    phases: timeline.map(({ phase }) => ({
      phase,
      callerCounts: experiment?.faults.some((fault) => fault.callerCounts && phase === `fault/${fault.group}`) ?? false,
    })),
    labels: {},
    callerLabels: { testid: input.runId },
  });
  checkRanges(gate, project.spec.prometheus.scrapeInterval);
  checkLengths(gate, timeline, project.spec.prometheus.scrapeInterval);
  checkSteps(load, timeline);
  return {
    schemaVersion: 1,
    runId: input.runId,
    createdAt: input.createdAt,
    tool: { name: "proofload", version: input.version },
    service: {
      name: project.metadata.name,
      url: project.spec.service.url,
      environment: input.environment,
      countsRequests: project.spec.service.requests !== undefined,
    },
    load,
    experiment:
      experiment === null ? null : completeExperiment(experiment, { project, slos: input.slos, runId: input.runId }),
    gate,
    timeline,
    ...(gate.repeats === undefined
      ? {}
      : { tries: { number: input.earlier.length + 1, of: gate.repeats + 1, earlier: input.earlier } }),
    scrapeIntervalSeconds: project.spec.prometheus.scrapeInterval,
    limits: {
      minDeliveredShare: limits.minDeliveredShare,
      maxCpuShare: limits.maxCpuShare,
      maxStartLagSeconds: limits.maxStartLag,
      maxCountMismatch: limits.maxCountMismatch,
      maxVuShare: limits.maxVuShare,
      maxMemoryShare: limits.maxMemoryShare,
      maxStealShare: limits.maxStealShare,
      maxOthersCpuShare: limits.maxOthersCpuShare,
      maxExceptionShare: limits.maxExceptionShare,
    },
  };
}

/**
 * The phases one after another, in seconds after the load's start; the last one lasts until the load ends. They are those of
 * the load's shape, or, with an experiment, those of its faults.
 */
export function planTimeline(
  load: Pick<LoadPlan, "scenario" | "durationSeconds" | "warmupSeconds" | "phases">,
  experiment: Pick<ExperimentPlan, "name" | "faults"> | null,
): readonly PlannedPhase[] {
  const starts = [
    ...(load.warmupSeconds > 0 ? [{ phase: "warmup", startSeconds: 0 }] : []),
    ...(experiment === null ? shapePhases(load) : faultPhases(load, experiment)),
  ];
  return starts.map(({ phase, startSeconds }, index) => ({
    phase,
    startSeconds,
    endSeconds: starts[index + 1]?.startSeconds ?? load.durationSeconds,
  }));
}

type Shape = Parameters<typeof planTimeline>[0];
type PhaseStart = Pick<PlannedPhase, "phase" | "startSeconds">;

function shapePhases({ phases, durationSeconds, warmupSeconds }: Shape): readonly PhaseStart[] {
  if (warmupSeconds >= durationSeconds) throw tooShort(durationSeconds, "its warm-up", warmupSeconds);
  return phases.length > 0 ? phases : [{ phase: "baseline", startSeconds: warmupSeconds }];
}

function faultPhases(
  { scenario, phases, durationSeconds, warmupSeconds }: Shape,
  { name, faults }: Pick<ExperimentPlan, "name" | "faults">,
): readonly PhaseStart[] {
  if (phases.length > 0) {
    throw usageError(
      "shape-with-experiment",
      `scenario ${scenario} has phases of its own (${phases.map(({ phase }) => phase).join(", ")}), so experiment ${name} can't be laid into it`,
      "Use a scenario that keeps one level, such as ci or load.",
    );
  }
  const last = faults.at(-1);
  const needed = last === undefined ? warmupSeconds : last.startSeconds + last.holdSeconds + last.recoverySeconds;
  if (needed > durationSeconds) throw tooShort(durationSeconds, `experiment ${name}`, needed);
  return [
    { phase: "baseline", startSeconds: warmupSeconds },
    ...faults
      .filter(({ name: own, group }) => own === group)
      .flatMap(({ group, startSeconds, holdSeconds }) => [
        { phase: `fault/${group}`, startSeconds },
        { phase: `recovery/${group}`, startSeconds: startSeconds + holdSeconds },
      ]),
  ];
}

function tooShort(durationSeconds: number, what: string, neededSeconds: number): Error {
  return usageError(
    "load-too-short",
    `the load lasts ${durationSeconds} s, but ${what} needs ${neededSeconds} s`,
    "Lengthen the scenario (`--duration`), or shorten the experiment's baseline, hold or recovery.",
  );
}

/** What the gate would say when all is over is said before anything starts. */
function checkRanges({ objectives }: GatePlan, scrapeIntervalSeconds: number): void {
  const lines = objectives.flatMap((objective) => {
    const { file, line } = objective.source;
    const missed = whyScrapesAreMissed(objective, scrapeIntervalSeconds);
    return missed === null ? [] : [`${file}:${line}: ${missed}`];
  });
  if (lines.length > 0) throw usageError("scrapes-missed", [...new Set(lines)].join("\n"));
}

/** A judged phase gives up a scrape interval on either side, and what is left must hold two samples for sure. */
const LEAST_INTERVALS = { fault: 2, other: 4 };

function checkLengths(gate: GatePlan, timeline: readonly PlannedPhase[], scrapeIntervalSeconds: number): void {
  for (const { phase, startSeconds, endSeconds } of timeline) {
    const objectives = gate.objectives.filter((objective) => objective.phase === phase);
    if (objectives.length === 0) continue;
    const isFault = phase.startsWith("fault/");
    const intervals = isFault ? LEAST_INTERVALS.fault : LEAST_INTERVALS.other;
    const bandSeconds = isFault ? 0 : 2 * scrapeIntervalSeconds;
    const slices = Math.max(...objectives.map((one) => neededSeconds(one, scrapeIntervalSeconds)));
    const recovery = Math.max(...objectives.map(({ recoversWithinSeconds }) => recoversWithinSeconds ?? 0));
    const needed = recovery + Math.max(intervals * scrapeIntervalSeconds, slices === 0 ? 0 : bandSeconds + slices);
    if (endSeconds - startSeconds >= needed) continue;
    throw usageError(
      "phase-too-short",
      `${gate.file} judges ${phase}, which lasts ${endSeconds - startSeconds} s; with a scrape every ${scrapeIntervalSeconds} s it needs ${needed} s`,
      recovery > 0
        ? `Lengthen the experiment's recovery: ${recovery} s of it are allowed before anything must hold (recoversWithin).`
        : slices === 0
          ? "Lengthen it in the experiment (baseline, hold, recovery) or the scenario, or don't judge it."
          : "Lengthen it, or shorten the SLO's timeSliceWindow and the ranges of its query, or don't judge it.",
    );
  }
}

/** The name of a step says its rate, so it must be held for most of its time. */
const LEAST_HELD_SHARE = 0.75;

function checkSteps(load: LoadPlan, timeline: readonly PlannedPhase[]): void {
  if (load.unit === "VUs") return;
  for (const { phase, startSeconds, endSeconds } of timeline) {
    if (!phase.startsWith("step/")) continue;
    const held = load.stages.reduce((seconds, stage) => {
      const within = Math.min(stage.endSeconds, endSeconds) - Math.max(stage.startSeconds, startSeconds);
      return stage.from === stage.to && within > 0 ? seconds + within : seconds;
    }, 0);
    if (held >= LEAST_HELD_SHARE * (endSeconds - startSeconds)) continue;
    throw usageError(
      "step-not-held",
      `${load.file}: ${phase} lasts ${endSeconds - startSeconds} s, but holds a level for ${held} s of them only`,
      "Hold the level of a step for at least three quarters of it: what is climbing is no rate.",
    );
  }
}
