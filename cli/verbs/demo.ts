import type { Env } from "../../lib/env.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import { AS_WRITTEN, run } from "../pipeline/run.ts";

export interface DemoArguments {
  readonly fragile?: true;
  readonly out?: string;
  readonly dryRun?: true;
}

/** `proofload demo`: the sample service under load, slowed down and killed. */
export async function demoVerb(env: Env, args: DemoArguments): Promise<ExitCode> {
  return run(env, {
    projectDir: env.packageDir,
    scenario: "ci",
    experiment: "store-slow-then-dead",
    gate: "pr",
    environment: args.fragile === true ? "fragile" : null,
    ...AS_WRITTEN,
    out: args.out,
    dryRun: args.dryRun ?? false,
  });
}
