import { readSeconds } from "./duration.ts";
import { variable } from "./env.ts";

/** A part of a shape. */
export interface Stage {
  /** As k6 writes it, such as `90s` or `1m30s`; `0s` jumps to the level. */
  readonly duration: string;
  /** Share of the shape's rate, reached in a straight line when the stage ends; a hold repeats the level before it. */
  readonly level: number;
  /** The phase that begins with the stage; `{level}` in it becomes the level, rounded. Left out: the phase goes on. */
  readonly phase?: string;
}

/** A stage in numbers, after what the environment asks for. */
export interface PlannedStage {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** In units of the rate. */
  readonly level: number;
  readonly phase: string | null;
}

export interface StagesInput {
  readonly rate: number;
  readonly warmupSeconds: number;
  readonly stages: readonly Stage[];
}

/** The stages after the warm-up, one after another, with PROOFLOAD_RATE, PROOFLOAD_SCALE and PROOFLOAD_DURATION applied; what can't be planned throws. */
export function planStages({ rate, warmupSeconds, stages }: StagesInput): readonly PlannedStage[] {
  if (!(rate > 0 && Number.isFinite(rate))) throw new Error(`shape: rate: expected a number above 0, found ${rate}`);
  if (stages.length === 0) throw new Error("shape: stages: expected at least one");
  const lengths = stages.map(({ duration }, index) => seconds(duration, `stages[${index}].duration`));
  for (const [index, { level }] of stages.entries()) {
    if (!(level >= 0 && Number.isFinite(level))) {
      throw new Error(`shape: stages[${index}].level: expected a share of the rate, 0 or more, found ${level}`);
    }
  }
  const highest = Math.max(...stages.map(({ level }) => level));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (highest === 0 || total === 0) throw new Error("shape: stages: expected a level and a duration above 0");

  const unit = ((asked("PROOFLOAD_RATE") ?? rate * highest) / highest) * (asked("PROOFLOAD_SCALE") ?? 1);
  const stretch = (askedDuration(warmupSeconds) ?? total) / total;
  let endSeconds = warmupSeconds;
  return stages.map(({ level, phase }, index) => {
    const startSeconds = endSeconds;
    endSeconds += (lengths[index] ?? 0) * stretch;
    return { startSeconds, endSeconds, level: level * unit, phase: phase ?? null };
  });
}

/** Seconds of a duration in a shape; another text throws. */
export function seconds(duration: string, where: string): number {
  // A number without a unit is milliseconds to k6, and seconds to those who write it.
  const value = /[a-z]$/.test(duration) ? readSeconds(duration) : null;
  if (value === null) throw new Error(`shape: ${where}: expected a duration such as 90s or 1m30s, found '${duration}'`);
  return value;
}

function asked(name: string): number | null {
  return __ENV[name] === undefined ? null : variable(name).number({ above: 0 });
}

/** Seconds that are left to the stages when the whole was given a length. */
function askedDuration(warmupSeconds: number): number | null {
  if (__ENV["PROOFLOAD_DURATION"] === undefined) return null;
  const whole = variable("PROOFLOAD_DURATION").number({ above: 0 });
  if (whole > warmupSeconds) return whole - warmupSeconds;
  throw new Error(
    `PROOFLOAD_DURATION: expected more than the ${warmupSeconds} s of the shape's own warm-up, found ${whole} s`,
  );
}
