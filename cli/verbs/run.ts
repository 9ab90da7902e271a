import { MOST_REPEATS } from "../../gates/parse-gate.ts";
import { parseDuration } from "../../lib/config/duration.ts";
import type { Env } from "../../lib/env.ts";
import { usageError } from "../../lib/errors.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import { run } from "../pipeline/run.ts";

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
      durationSeconds: seconds(args.duration),
      scale: positive("--scale", args.scale),
    },
    traceShare: share(args.trace),
    repeats: repeatsOf(args.repeats),
    seed: seedOf(args.seed),
    out: args.out,
    dryRun: args.dryRun ?? false,
  });
}

/** What a shell completes is a path: `scenarios/ci.ts` means `ci`. */
function nameOf(text: string): string {
  return text.replace(/^.*\//, "").replace(/\.(?:ts|js|yaml)$/, "");
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

const MOST_SEED = 2 ** 32 - 1;

function seedOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = numberOf(text);
  if (Number.isInteger(value) && value <= MOST_SEED) return value;
  throw usageError("bad-option", `--seed: expected a whole number from 0 to ${MOST_SEED}, found '${text}'`);
}

function seconds(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = parseDuration(text);
  if (value !== null && value > 0) return value;
  throw usageError("bad-option", `--duration: expected a duration such as 90s or 1h30m, found '${text}'`);
}

/** Number("") is 0, and Number("0x10") is 16: neither is what anybody meant. */
function numberOf(text: string): number {
  return /^\d+(?:\.\d+)?(?:e\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}
