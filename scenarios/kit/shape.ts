import type { Options, Scenario } from "k6/options";

import { writeSeconds } from "./duration.ts";
import type { KitNote } from "./note.ts";
import { planStages, seconds } from "./plan-stages.ts";
import type { PlannedStage, Stage } from "./plan-stages.ts";

/** How a load goes up and down, as data. */
export type Shape = {
  /** What level 1 is: iterations per second; in a closed model VUs. */
  readonly rate: number;
  /** The climb to the first stage's level, which is not judged, such as `10s`. */
  readonly warmup: string;
  /** After the warm-up; the first is a hold, its level is where the warm-up ends. */
  readonly stages: readonly Stage[];
  /** For loads of hours: k6 keeps no numbers of its own, Prometheus has them. */
  readonly constantMemory?: true;
} & (
  | {
      /** An open model: iterations start at a rate, however long each takes. */
      readonly executor?: "ramping-arrival-rate";
      /** The longest iteration to expect, such as `1s`: VUs are planned for it, so that a slow service does not hold the load back. */
      readonly worstLatency: string;
    }
  /** A closed model: so many VUs, each starts its next iteration when the last one ended. */
  | { readonly executor: "ramping-vus" }
);

/** Of the VUs that the highest rate and the worst latency need, this many are allocated. */
const VU_HEADROOM = 1.3;
const MAX_VUS = 100_000;
/** A climb starts at this share of the level: a cold service that is hit at once answers a queue for a long time after. */
const START_SHARE = 0.1;
const GRACE_SECONDS = 5;

/** The k6 options of a load, one scenario; numbers that can't be planned throw and name the one at fault. */
export function shape(data: Shape): Options {
  const warmupSeconds = seconds(data.warmup, "warmup");
  const stages = planStages({ rate: data.rate, warmupSeconds, stages: data.stages });
  const note: KitNote = {
    kit: 1,
    warmupSeconds,
    phases: phasesOf(stages),
    constantMemory: data.constantMemory ?? false,
    overridable: true,
    requests: [],
    metrics: [],
  };
  return {
    scenarios: {
      [__ENV["PROOFLOAD_SCENARIO"] ?? "default"]:
        data.executor === "ramping-vus"
          ? closedModel(stages, warmupSeconds)
          : openModel(stages, warmupSeconds, seconds(data.worstLatency, "worstLatency")),
    },
    discardResponseBodies: true,
    ext: { proofload: note },
  };
}

function openModel(stages: readonly PlannedStage[], warmupSeconds: number, worstSeconds: number): Scenario {
  const highest = Math.max(...stages.map(({ level }) => level));
  const vus = Math.ceil(tidy(VU_HEADROOM * highest * worstSeconds));
  if (!(worstSeconds > 0)) throw new Error("shape: worstLatency: expected a duration above 0");
  if (vus > MAX_VUS) {
    throw new Error(
      `shape: ${tidy(highest)} iterations/s of up to ${worstSeconds} s need ${vus} VUs, ${MAX_VUS} is the limit`,
    );
  }
  // k6 takes whole numbers only: a rate that is none is said per minute.
  const isWhole = stages.every(({ level }) => Number.isInteger(tidy(level)));
  const target = (level: number): number => Math.round(tidy(level) * (isWhole ? 1 : 60));
  return {
    executor: "ramping-arrival-rate",
    timeUnit: isWhole ? "1s" : "1m",
    ...k6Stages(stages, warmupSeconds, target, "startRate"),
    preAllocatedVUs: vus,
    maxVUs: vus,
    gracefulStop: writeSeconds(Math.max(GRACE_SECONDS, worstSeconds)),
  };
}

function closedModel(stages: readonly PlannedStage[], warmupSeconds: number): Scenario {
  const target = (level: number): number => (level === 0 ? 0 : Math.max(1, Math.round(level)));
  const highest = Math.max(...stages.map(({ level }) => target(level)));
  if (highest > MAX_VUS) throw new Error(`shape: ${highest} VUs were asked for, ${MAX_VUS} is the limit`);
  const grace = writeSeconds(GRACE_SECONDS);
  return {
    executor: "ramping-vus",
    ...k6Stages(stages, warmupSeconds, target, "startVUs"),
    gracefulStop: grace,
    gracefulRampDown: grace,
  };
}

interface K6Stage {
  readonly target: number;
  readonly duration: string;
}

/** k6's stages: the climb of the warm-up, then the shape's own. */
function k6Stages<Start extends "startRate" | "startVUs">(
  stages: readonly PlannedStage[],
  warmupSeconds: number,
  target: (level: number) => number,
  start: Start,
): Record<Start, number> & { stages: K6Stage[] } {
  const first = target(stages[0]?.level ?? 0);
  const from = warmupSeconds > 0 ? Math.ceil(tidy(START_SHARE * first)) : first;
  const climb = warmupSeconds > 0 ? [{ target: first, duration: writeSeconds(warmupSeconds) }] : [];
  const own = stages.map(({ level, startSeconds, endSeconds }) => ({
    target: target(level),
    // From rounded ends, so that what is cut off here is not missing at the end of all.
    duration: writeSeconds(toMs(endSeconds) - toMs(startSeconds)),
  }));
  return { [start]: from, stages: [...climb, ...own] } as Record<Start, number> & { stages: K6Stage[] };
}

function phasesOf(stages: readonly PlannedStage[]): KitNote["phases"] {
  const named = stages.flatMap(({ phase, level, startSeconds }) =>
    phase === null ? [] : [{ phase: phase.replaceAll("{level}", levelName(level)), startSeconds: toMs(startSeconds) }],
  );
  const [first] = stages;
  if (named.length === 0 || first === undefined) return [];
  const phases =
    first.phase === null ? [{ phase: "baseline", startSeconds: toMs(first.startSeconds) }, ...named] : named;
  const names = phases.map(({ phase }) => phase);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Error(`shape: two phases are named ${twice}: expected levels further apart, or other names`);
  }
  return phases;
}

function levelName(level: number): string {
  return String(level >= 10 ? Math.round(level) : tidy(Math.round(level * 100) / 100));
}

function toMs(secondsOfLoad: number): number {
  return Math.round(secondsOfLoad * 1000) / 1000;
}

/** Without the last digits of floating point: 0.1 × 3 is 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
