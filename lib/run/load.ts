/** A part of a load: its level goes linearly from one value to the other. */
export interface LoadStage {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly from: number;
  readonly to: number;
}

/** The load that k6 is going to offer, as k6 itself reads it from the scenario's options. */
export interface LoadPlan {
  readonly scenario: string;
  /** Path of the scenario's source. */
  readonly file: string;
  readonly executor: "constant-arrival-rate" | "ramping-arrival-rate" | "constant-vus" | "ramping-vus";
  /** Of its levels: `iterations/s` in an open model, `VUs` in a closed one, whose iterations nobody can plan. */
  readonly unit: "iterations/s" | "VUs";
  /** One after another from the load's start to its end; a jump has two stages that meet. */
  readonly stages: readonly LoadStage[];
  readonly durationSeconds: number;
  readonly preAllocatedVUs: number;
  readonly maxVUs: number;
  /** How long setup() may take, before the load begins. */
  readonly setupTimeoutSeconds: number;
  /** How long k6 waits at the end for iterations that are under way; then it gives them up. */
  readonly gracefulStopSeconds: number;
  readonly warmupSeconds: number;
  /** Phases of the shape itself, after the warm-up, such as the steps of a stress; none: all of it is baseline. */
  readonly phases: readonly { readonly phase: string; readonly startSeconds: number }[];
  /** k6 keeps no numbers of its own (no summary, no thresholds): Prometheus has them. */
  readonly constantMemory: boolean;
  /** What was asked for beside the scenario's own numbers. */
  readonly overrides: LoadOverrides;
}

/** Changes to a scenario's shape; a null changes nothing. */
export interface LoadOverrides {
  /** The shape's highest level. */
  readonly rate: number | null;
  readonly durationSeconds: number | null;
  /** Factor on all levels. */
  readonly scale: number | null;
}

/** Iterations that an open model plans between two seconds of the load: the area under its stages. Null for a closed model. */
export function plannedIterations(load: LoadPlan, fromSeconds: number, toSeconds: number): number | null {
  if (load.unit === "VUs") return null;
  let planned = 0;
  for (const stage of load.stages) {
    const [from, to] = [Math.max(fromSeconds, stage.startSeconds), Math.min(toSeconds, stage.endSeconds)];
    if (to > from) planned += ((levelAt(stage, from) + levelAt(stage, to)) / 2) * (to - from);
  }
  return planned;
}

/** The highest level between two seconds of the load. */
export function highestLevel({ stages }: Pick<LoadPlan, "stages">, fromSeconds: number, toSeconds: number): number {
  const levels = stages.flatMap((stage) => {
    const [from, to] = [Math.max(fromSeconds, stage.startSeconds), Math.min(toSeconds, stage.endSeconds)];
    return to > from ? [levelAt(stage, from), levelAt(stage, to)] : [];
  });
  return Math.max(0, ...levels);
}

/** The highest level after the warm-up. */
export function peakLevel({ stages, warmupSeconds }: Pick<LoadPlan, "stages" | "warmupSeconds">): number {
  const judged = stages.filter(({ endSeconds }) => endSeconds > warmupSeconds);
  return Math.max(
    0,
    ...judged.flatMap(({ from, to, startSeconds }) => (startSeconds < warmupSeconds ? [to] : [from, to])),
  );
}

/** The load in a few words: `600 iterations/s for 40 s`, `up to 800 iterations/s for 300 s`. */
export function loadWords(load: LoadPlan): string {
  const judged = load.stages.filter(({ endSeconds }) => endSeconds > load.warmupSeconds);
  const steady = new Set(
    judged.flatMap(({ from, to, startSeconds }) => (startSeconds < load.warmupSeconds ? [to] : [from, to])),
  );
  const level = `${Number(peakLevel(load).toPrecision(6)).toLocaleString("en-US")} ${load.unit}`;
  return `${steady.size > 1 ? "up to " : ""}${level} for ${Number(load.durationSeconds.toPrecision(6)).toLocaleString("en-US")} s`;
}

function levelAt({ startSeconds, endSeconds, from, to }: LoadStage, second: number): number {
  return from + ((to - from) * (second - startSeconds)) / (endSeconds - startSeconds);
}
