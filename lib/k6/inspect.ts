import { parseDuration } from "../config/duration.ts";
import type { Env } from "../env.ts";
import type { LoadOverrides, LoadPlan } from "../run/load.ts";
import { badScenario } from "./bad-scenario.ts";
import { readInspection } from "./inspection.ts";
import type { Inspection } from "./inspection.ts";
import { stagesOf } from "./load-stages.ts";
import { runInspect } from "./run-inspect.ts";
import type { RunInspectOptions } from "./run-inspect.ts";

/** k6's own. */
const SETUP_TIMEOUT_SECONDS = 60;
/** k6's own, where a scenario does not say. */
const GRACEFUL_STOP_SECONDS = 30;

export interface InspectOptions extends RunInspectOptions {
  /** The scenario's name. */
  readonly scenario: string;
  readonly overrides: LoadOverrides;
}

/** A scenario as k6 itself reads it. */
export interface InspectedScenario {
  readonly load: LoadPlan;
  /** By metric, or metric and tags: `http_req_duration{name:GET /}`. */
  readonly thresholds: Readonly<Record<string, readonly string[]>>;
  /** Names of the requests and of the metrics that were made with the kit. */
  readonly declared: { readonly requests: readonly string[]; readonly metrics: readonly string[] };
  readonly systemTags: readonly string[];
  /** Tags that every sample has, beside k6's own; `scenario` is k6's name for it. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Asks k6 for a bundle's options; a script that k6 can't read, or a load that can't be planned, is an error (exit code 2). */
export async function inspectScenario(
  env: Pick<Env, "run" | "vars">,
  options: InspectOptions,
): Promise<InspectedScenario> {
  const { file } = options;
  const inspection = readInspection(file, await runInspect(env, options));
  const [name, scenario] = onlyScenario(file, inspection);
  const { warmupSeconds, phases, constantMemory, overridable, requests, metrics } = inspection.ext.proofload;
  if (!overridable && Object.values(options.overrides).some((value) => value !== null)) {
    throw badScenario(
      file,
      "its options are not made by shape(), so its rate and duration can only be changed in the file",
      "Make its options with shape() of proofload/kit, or leave rate, duration and scale as they are.",
    );
  }
  const load: LoadPlan = {
    scenario: options.scenario,
    file,
    ...stagesOf(file, scenario),
    gracefulStopSeconds: parseDuration(scenario.gracefulStop ?? "") ?? GRACEFUL_STOP_SECONDS,
    setupTimeoutSeconds: parseDuration(inspection.setupTimeout ?? "") ?? SETUP_TIMEOUT_SECONDS,
    warmupSeconds,
    phases,
    constantMemory,
    overrides: options.overrides,
  };
  checkPhases(load);
  return {
    load,
    thresholds: inspection.thresholds ?? {},
    declared: { requests, metrics },
    systemTags: inspection.systemTags ?? [],
    tags: { ...inspection.tags, ...scenario.tags, scenario: name },
  };
}

type Scenarios = Inspection["scenarios"];

function onlyScenario(file: string, { scenarios }: Inspection): readonly [name: string, scenario: Scenarios[string]] {
  const [first, ...others] = Object.entries(scenarios);
  if (first === undefined || others.length > 0) {
    throw badScenario(
      file,
      `expected options with one scenario, found ${Object.keys(scenarios).join(", ") || "none"}`,
      "Give each a file of its own: a run is one load, whose phases can be told apart.",
    );
  }
  const { startTime, exec } = first[1];
  if ((parseDuration(startTime ?? "0s") ?? 1) > 0)
    throw badScenario(file, "expected no startTime: phases count from k6's start");
  if (exec !== null && exec !== undefined && exec !== "default") {
    throw badScenario(file, `expected no exec: what one iteration does is the default export, not '${exec}'`);
  }
  return first;
}

/** The kit sees to this where it makes them; `ext` can also be written by hand. */
function checkPhases({ file, warmupSeconds, durationSeconds, phases }: LoadPlan): void {
  if (!(warmupSeconds >= 0 && warmupSeconds < durationSeconds)) {
    throw badScenario(file, `expected a warm-up of 0 s or more, shorter than the load's ${durationSeconds} s`);
  }
  let least = warmupSeconds;
  for (const { phase, startSeconds } of phases) {
    if (!(startSeconds >= least && startSeconds < durationSeconds)) {
      throw badScenario(
        file,
        `the phase '${phase}' begins at ${startSeconds} s, but must be between ${least} s and ${durationSeconds} s`,
      );
    }
    least = startSeconds;
  }
}
