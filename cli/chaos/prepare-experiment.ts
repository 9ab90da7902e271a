import { join } from "node:path";

import { refuseProduction } from "../../chaos/refuse-production.ts";
import { applyEnvironment } from "../../lib/config/environment.ts";
import type { Project } from "../../lib/config/project.ts";
import type { Env } from "../../lib/env.ts";
import type { ExperimentRunPlan } from "../../lib/run/plan.ts";
import { fillProject } from "../pipeline/fill-project.ts";
import { readExperiment, readProject, readSlos } from "../pipeline/read-config.ts";
import { completeExperiment } from "../plan/complete-experiment.ts";
import { packageVersion } from "../version.ts";

/** What a user asked for. */
export interface ExperimentRequest {
  readonly projectDir: string;
  readonly experiment: string;
  readonly environment: string | null;
  readonly seed: number | null;
  readonly yesProduction: boolean;
}

/** Everything that an experiment without load needs to know before it starts. */
export interface PreparedExperiment {
  readonly plan: ExperimentRunPlan;
  readonly project: Project;
  readonly projectDir: string;
  readonly ports: Readonly<Record<string, number>>;
}

/** Reads an experiment and its project; everything that is wrong with the files is found here, before anything is started. */
export async function prepareExperiment(
  env: Env,
  request: ExperimentRequest,
  { runId, runs }: { readonly runId: string; readonly runs: string },
): Promise<PreparedExperiment> {
  const { projectDir, environment, seed } = request;
  const raw = applyEnvironment(readProject(projectDir), environment);
  refuseProduction([raw.spec.environment, environment], request.yesProduction);
  const { project, ports } = await fillProject(env, raw, join(runs, runId));
  const anySeed = Math.floor(env.random() * 2 ** 32);
  const experiment = readExperiment(projectDir, request.experiment, { warmupSeconds: 0, seed, anySeed });
  return {
    project,
    projectDir,
    ports,
    plan: {
      schemaVersion: 1,
      kind: "experiment",
      runId,
      createdAt: new Date(env.clock.now()).toISOString(),
      tool: { name: "proofload", version: packageVersion(env) },
      service: { name: project.metadata.name, url: project.spec.service.url, environment },
      experiment: completeExperiment(experiment, { project, slos: readSlos(projectDir), runId }),
      scrapeIntervalSeconds: project.spec.prometheus.scrapeInterval,
    },
  };
}
