import { z } from "zod";

import type { Env } from "../env.ts";
import { ProofloadError } from "../errors.ts";
import { parseDuration } from "../config/duration.ts";
import { k6InspectArgv } from "./command.ts";

const inspectSchema = z.object({
  scenarios: z.record(
    z.string(),
    z.object({
      executor: z.string(),
      rate: z.number().nullish(),
      timeUnit: z.string().nullish(),
      duration: z.string().nullish(),
      preAllocatedVUs: z.number().nullish(),
      env: z.record(z.string(), z.string()).nullish(),
    }),
  ),
});

/** The load that a bundle's options ask for, as k6 itself reads them. */
export interface InspectedLoad {
  readonly executor: "constant-arrival-rate";
  readonly rate: number;
  readonly durationSeconds: number;
  readonly preAllocatedVUs: number;
  readonly warmupSeconds: number;
}

/** Asks k6 for a bundle's options; a script that k6 can't read, or a shape that can't be planned, is an error (exit code 2). */
export async function inspectLoad(env: Env, program: string, bundle: string, file: string): Promise<InspectedLoad> {
  const result = await env.run({ argv: k6InspectArgv(program, bundle, {}), timeoutMs: 30_000 });
  if (result.code !== 0) {
    throw new ProofloadError({
      code: "bad-scenario",
      message: `${file}: k6 could not read the scenario: ${firstError(result.stderr)}`,
      exitCode: 2,
    });
  }
  const { scenarios } = inspectSchema.parse(JSON.parse(result.stdout));
  const [first, ...others] = Object.values(scenarios);
  if (first === undefined || others.length > 0 || first.executor !== "constant-arrival-rate") {
    throw badShape(file, "expected options with one constant-arrival-rate scenario");
  }
  const durationSeconds = parseDuration(first.duration ?? "");
  const unitSeconds = parseDuration(first.timeUnit ?? "1s");
  if (durationSeconds === null || unitSeconds === null || typeof first.rate !== "number" || first.rate <= 0) {
    throw badShape(file, "expected a rate and a duration greater than 0");
  }
  return {
    executor: "constant-arrival-rate",
    rate: first.rate / unitSeconds,
    durationSeconds,
    preAllocatedVUs: first.preAllocatedVUs ?? 0,
    warmupSeconds: Number(first.env?.["PROOFLOAD_WARMUP_SECONDS"] ?? 0),
  };
}

function badShape(file: string, expected: string): ProofloadError {
  return new ProofloadError({ code: "bad-scenario", message: `${file}: ${expected}`, exitCode: 2 });
}

function firstError(stderr: string): string {
  const line = stderr.split("\n").find((text) => text.trim() !== "") ?? "no message";
  return /msg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1]?.replaceAll(String.raw`\n`, " ") ?? line.slice(0, 500);
}
