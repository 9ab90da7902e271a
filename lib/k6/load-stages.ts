import { parseDuration } from "../config/duration.ts";
import type { LoadPlan, LoadStage } from "../run/load.ts";
import { badScenario } from "./bad-scenario.ts";
import type { InspectedExecutor } from "./inspection.ts";

/** How much load an executor offers, and when. */
export type ExecutorLoad = Pick<
  LoadPlan,
  "executor" | "unit" | "stages" | "durationSeconds" | "preAllocatedVUs" | "maxVUs"
>;

const WHY_NOT: Readonly<Record<string, string>> = {
  "shared-iterations": "it ends when its iterations are done, and nobody can plan when that is",
  "per-vu-iterations": "it ends when its iterations are done, and nobody can plan when that is",
  "externally-controlled": "somebody else decides on its load while it runs",
};
const KNOWN = "constant-arrival-rate, ramping-arrival-rate, constant-vus or ramping-vus";

/** The stages of an executor, in iterations per second or VUs; one whose load can't be planned is an error (exit code 2). */
export function stagesOf(file: string, scenario: InspectedExecutor): ExecutorLoad {
  const { executor } = scenario;
  switch (executor) {
    case "constant-arrival-rate":
    case "ramping-arrival-rate": {
      const unitSeconds = secondsOf(file, "timeUnit", scenario.timeUnit ?? "1s");
      const perSecond = (level: number): number => level / unitSeconds;
      const preAllocatedVUs = scenario.preAllocatedVUs ?? 0;
      return {
        executor,
        unit: "iterations/s",
        ...(executor === "constant-arrival-rate"
          ? hold(file, perSecond(scenario.rate ?? 0), scenario.duration)
          : climb(file, scenario, perSecond(scenario.startRate ?? 0), perSecond)),
        preAllocatedVUs,
        maxVUs: scenario.maxVUs ?? preAllocatedVUs,
      };
    }
    case "constant-vus":
    case "ramping-vus": {
      const load =
        executor === "constant-vus"
          ? hold(file, scenario.vus ?? 1, scenario.duration)
          : climb(file, scenario, scenario.startVUs ?? 1, (level) => level);
      const most = Math.max(...load.stages.flatMap(({ from, to }) => [from, to]));
      return { executor, unit: "VUs", ...load, preAllocatedVUs: most, maxVUs: most };
    }
    default:
      throw badScenario(
        file,
        `its executor is ${executor}: ${WHY_NOT[executor] ?? "proofload does not know it"}`,
        `Make its options with shape() of proofload/kit, or use ${KNOWN}.`,
      );
  }
}

type Stages = Pick<ExecutorLoad, "stages" | "durationSeconds">;

function hold(file: string, level: number, duration: string | null | undefined): Stages {
  const durationSeconds = secondsOf(file, "duration", duration ?? "0s");
  return checked(file, [{ startSeconds: 0, endSeconds: durationSeconds, from: level, to: level }], durationSeconds);
}

function climb(
  file: string,
  { stages }: InspectedExecutor,
  start: number,
  toLevel: (target: number) => number,
): Stages {
  const climbed: LoadStage[] = [];
  let [level, seconds] = [start, 0];
  for (const { target, duration } of stages ?? []) {
    const stageSeconds = parseDuration(duration) ?? Number.NaN;
    const stage = { startSeconds: seconds, endSeconds: seconds + stageSeconds, from: level, to: toLevel(target) };
    [level, seconds] = [stage.to, stage.endSeconds];
    // A stage of no length is a jump: the next one begins at its level.
    if (stageSeconds !== 0) climbed.push(stage);
  }
  return checked(file, climbed, seconds);
}

function checked(file: string, stages: readonly LoadStage[], durationSeconds: number): Stages {
  if (!(durationSeconds > 0)) throw badScenario(file, "expected a duration greater than 0");
  if (!stages.some(({ from, to }) => Math.max(from, to) > 0)) throw badScenario(file, "expected a load greater than 0");
  return { stages, durationSeconds };
}

function secondsOf(file: string, name: string, text: string): number {
  const seconds = parseDuration(text);
  if (seconds === null || seconds <= 0) throw badScenario(file, `expected a ${name} greater than 0, found ${text}`);
  return seconds;
}
