import { MOST_REPEATS } from "../../gates/model/parse-gate.ts";
import type { Env } from "../../lib/env.ts";
import { usageError } from "../../lib/errors.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import { run } from "../pipeline/run.ts";
import { durationOf, nameOf, numberOf, seedOf } from "./read-options.ts";

export interface RunArguments {
  readonly experiment?: string;
  readonly gate?: string;
  readonly env?: string;
  readonly rate?: string;
  readonly duration?: string;
  readonly scale?: string;
  readonly trace?: string;
  readonly repeats?: string;
  readonly seed?: string;
  readonly planHash?: string;
  readonly yesProduction?: true;
  readonly out?: string;
  readonly dryRun?: true;
}

/** `proofload run SCENARIO`, in the folder of a proofload.yaml. */
export async function runVerb(env: Env, scenario: string, args: RunArguments): Promise<ExitCode> {
  return run(env, {
    projectDir: env.cwd,
    scenario: nameOf(scenario),
    experiment: args.experiment === undefined ? null : nameOf(args.experiment),
    gate: args.gate === undefined ? null : nameOf(args.gate),
    environment: args.env ?? null,
    overrides: {
      rate: positive("--rate", args.rate),
      durationSeconds: args.duration === undefined ? null : durationOf("--duration", args.duration),
      scale: positive("--scale", args.scale),
    },
    traceShare: share(args.trace),
    repeats: repeatsOf(args.repeats),
    seed: seedOf(args.seed),
    planHash: args.planHash ?? null,
    yesProduction: args.yesProduction ?? false,
    out: args.out,
    dryRun: args.dryRun ?? false,
  });
}

function positive(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = numberOf(text);
  if (value > 0) return value;
  throw usageError("bad-option", `${option}: expected a number greater than 0, found '${text}'`);
}

function share(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = numberOf(text);
  if (value >= 0 && value <= 1) return value;
  throw usageError("bad-option", `--trace: expected a share from 0 to 1, such as 0.1, found '${text}'`);
}

function repeatsOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = numberOf(text);
  if (Number.isInteger(value) && value <= MOST_REPEATS) return value;
  throw usageError("bad-option", `--repeats: expected a whole number from 0 to ${MOST_REPEATS}, found '${text}'`);
}
