import type { Env } from "../../lib/env.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import { planText, resolvePlan } from "../chaos/plan-text.ts";
import { prepareExperiment } from "../chaos/prepare-experiment.ts";
import { connectEngine } from "../pipeline/create-world.ts";
import { createFindTargets } from "../pipeline/find-targets.ts";
import { targetsOf } from "../pipeline/targets.ts";
import { newRunId, runsDir } from "../run-folder.ts";
import { nameOf, seedOf } from "./read-options.ts";

export interface ChaosPlanArguments {
  readonly env?: string;
  readonly seed?: string;
  readonly json?: true;
}

/** `proofload chaos plan EXPERIMENT`: what it would do, on what, how that is undone, and a hash to pin a run to. Touches nothing. */
export async function chaosPlanVerb(env: Env, experiment: string, args: ChaosPlanArguments): Promise<ExitCode> {
  const runId = newRunId(env);
  const request = {
    projectDir: env.cwd,
    experiment: nameOf(experiment),
    environment: args.env ?? null,
    seed: seedOf(args.seed),
    // Looking is free.
    yesProduction: true,
  };
  const { plan, project } = await prepareExperiment(env, request, { runId, runs: runsDir(env, undefined) });
  const find = createFindTargets({
    runId,
    project,
    targets: targetsOf(project, ""),
    experiment: plan.experiment,
    connect: () => connectEngine(env),
  });
  const resolved = await resolvePlan(env, plan.experiment, find);
  env.stdout.write(args.json === true ? `${JSON.stringify(resolved)}\n` : planText(resolved));
  return 0;
}
