import { z } from "zod";

import type { Env } from "../env.ts";
import { messageOf, ProofloadError } from "../errors.ts";
import { passedOn } from "../process/program.ts";
import { parseDuration } from "../config/duration.ts";
import { k6InspectArgv } from "./command.ts";

const INSPECT_TIMEOUT_MS = 30_000;

const inspectSchema = z.object({
  scenarios: z.record(
    z.string(),
    z.object({
      executor: z.string(),
      startTime: z.string().nullish(),
      rate: z.number().nullish(),
      timeUnit: z.string().nullish(),
      duration: z.string().nullish(),
      stages: z.array(z.object({ target: z.number(), duration: z.string() })).nullish(),
      preAllocatedVUs: z.number().nullish(),
      env: z.record(z.string(), z.string()).nullish(),
    }),
  ),
});

/** The load that a bundle's options ask for, as k6 itself reads them. */
export interface InspectedLoad {
  readonly executor: "constant-arrival-rate" | "ramping-arrival-rate";
  readonly rate: number;
  readonly durationSeconds: number;
  readonly preAllocatedVUs: number;
  readonly warmupSeconds: number;
}

export interface InspectOptions {
  readonly program: string;
  readonly bundle: string;
  /** The scenario's source, as errors name it. */
  readonly file: string;
  readonly signal: AbortSignal;
}

/** Asks k6 for a bundle's options; a script that k6 can't read, or a shape that can't be planned, is an error (exit code 2). */
export async function inspectLoad(env: Env, options: InspectOptions): Promise<InspectedLoad> {
  const { file } = options;
  const result = await env
    .run({
      argv: k6InspectArgv(options.program, options.bundle, {}),
      // Our own K6_* variables are not there in the run either.
      only: passedOn(env.vars),
      timeoutMs: INSPECT_TIMEOUT_MS,
      signal: options.signal,
    })
    .catch((error: unknown) => {
      if (error instanceof ProofloadError && error.code === "command-too-slow") {
        throw badShape(
          file,
          `k6 did not get to the end of the script's init code within ${INSPECT_TIMEOUT_MS / 1000} s`,
        );
      }
      throw error;
    });
  if (result.code !== 0) throw badShape(file, `k6 could not read the scenario: ${firstError(result.stderr)}`);
  const { scenarios } = readInspection(file, result.stdout);
  const [scenario, ...others] = Object.values(scenarios);
  const executor = scenario?.executor;
  if (others.length > 0 || (executor !== "constant-arrival-rate" && executor !== "ramping-arrival-rate")) {
    throw badShape(file, "expected options with one scenario, of an arrival-rate executor");
  }
  if ((parseDuration(scenario?.startTime ?? "0s") ?? 1) > 0)
    throw badShape(file, "expected no startTime: phases count from k6's start");
  const level = executor === "constant-arrival-rate" ? scenario : levelOf(file, scenario?.stages ?? []);
  const durationSeconds = parseDuration(level?.duration ?? "");
  const unitSeconds = parseDuration(scenario?.timeUnit ?? "1s");
  const rate = level?.rate ?? 0;
  if (durationSeconds === null || durationSeconds === 0 || unitSeconds === null || rate <= 0) {
    throw badShape(file, "expected a rate and a duration greater than 0");
  }
  const warmupSeconds = Number(scenario?.env?.["PROOFLOAD_WARMUP_SECONDS"] ?? 0);
  if (!(warmupSeconds >= 0 && warmupSeconds < durationSeconds)) {
    throw badShape(file, `expected a warm-up of 0 s or more, shorter than the load's ${durationSeconds} s`);
  }
  return {
    executor,
    rate: rate / unitSeconds,
    durationSeconds,
    preAllocatedVUs: scenario?.preAllocatedVUs ?? 0,
    warmupSeconds,
  };
}

type Stage = { readonly target: number; readonly duration: string };

/** The rate that the stages climb to and keep, and how long they last together. */
function levelOf(
  file: string,
  stages: readonly Stage[],
): { readonly rate: number | undefined; readonly duration: string } {
  // What was planned after the climb must be known exactly, or nobody could say whether it was delivered.
  if (new Set(stages.map(({ target }) => target)).size > 1)
    throw badShape(file, "expected stages that all have the same target");
  return { rate: stages.at(-1)?.target, duration: stages.map(({ duration }) => duration).join("") };
}

function readInspection(file: string, text: string): z.infer<typeof inspectSchema> {
  try {
    return inspectSchema.parse(JSON.parse(text));
  } catch (error) {
    throw badShape(file, `k6 described its options in an unknown way: ${messageOf(error)}`);
  }
}

function badShape(file: string, expected: string): ProofloadError {
  return new ProofloadError({ code: "bad-scenario", message: `${file}: ${expected}`, exitCode: 2 });
}

function firstError(stderr: string): string {
  const line = stderr.split("\n").find((text) => text.trim() !== "") ?? "no message";
  return /msg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1]?.replaceAll(String.raw`\n`, " ") ?? line.slice(0, 500);
}
