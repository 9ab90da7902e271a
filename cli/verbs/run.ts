import type { Env } from "../../lib/env.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import { run } from "../pipeline/run.ts";

export interface RunArguments {
  readonly experiment?: string;
  readonly gate: string;
  readonly env?: string;
  readonly out?: string;
  readonly dryRun?: true;
}

/** `proofload run SCENARIO`, in the folder of a proofload.yaml. */
export async function runVerb(env: Env, scenario: string, args: RunArguments): Promise<ExitCode> {
  return run(env, {
    projectDir: env.cwd,
    scenario,
    experiment: args.experiment ?? null,
    gate: args.gate,
    environment: args.env ?? null,
    out: args.out,
    dryRun: args.dryRun ?? false,
  });
}
