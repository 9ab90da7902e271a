import { mkdtemp, rm } from "node:fs/promises";
import { join, relative } from "node:path";

import { fillPlaceholders, portNames } from "../../lib/config/placeholders.ts";
import { nearest } from "../../lib/config/nearest.ts";
import type { Project } from "../../lib/config/project.ts";
import type { Env } from "../../lib/env.ts";
import { usageError } from "../../lib/errors.ts";
import { bundleScenario } from "../../lib/k6/bundle.ts";
import { inspectLoad } from "../../lib/k6/inspect.ts";
import { findFreePorts } from "../../lib/process/free-ports.ts";
import type { RunPlan } from "../../lib/run/plan.ts";
import { packageVersion } from "../version.ts";
import { makePlan } from "../plan/make-plan.ts";
import { findScenario, readExperiment, readGate, readProject, readSlos } from "./read-config.ts";
import { OWN_PORTS } from "./start-stack.ts";
import { targetsOf } from "./targets.ts";

/** What a user asked for. */
export interface RunRequest {
  readonly projectDir: string;
  readonly scenario: string;
  readonly experiment: string | null;
  readonly gate: string;
  readonly environment: string | null;
}

/** Everything that a run needs to know before it starts. */
export interface Prepared {
  readonly plan: RunPlan;
  /** proofload.yaml with its placeholders filled in. */
  readonly project: Project;
  readonly projectDir: string;
  readonly ports: Readonly<Record<string, number>>;
  /** The scenario as k6 runs it, in a folder of its own until `discard` is called or it is moved. */
  readonly bundle: string;
  readonly discard: () => Promise<void>;
}

/** Reads all files and makes the plan; everything that is wrong with them is found here, before anything is started. */
export async function prepare(
  env: Env,
  request: RunRequest,
  ids: { readonly runId: string; readonly runDir: string; readonly k6: string; readonly signal: AbortSignal },
): Promise<Prepared> {
  const { projectDir } = request;
  const raw = readProject(projectDir);
  checkEnvironment(raw, request.environment);
  const gate = readGate(projectDir, request.gate);
  const slos = readSlos(projectDir);
  const file = findScenario(projectDir, request.scenario);
  const temp = await mkdtemp(join(env.tempDir, "proofload-"));
  const discard = (): Promise<void> => rm(temp, { recursive: true, force: true });
  try {
    const bundle = join(temp, `${request.scenario}.js`);
    await bundleScenario(file, bundle);
    const shown = relative(projectDir, file);
    const shape = await inspectLoad(env, { program: ids.k6, bundle, file: shown, signal: ids.signal });
    const experiment =
      request.experiment === null ? null : readExperiment(projectDir, request.experiment, shape.warmupSeconds);
    const ports = await findFreePorts([...OWN_PORTS, ...portNames(raw)]);
    const project = fillPlaceholders(raw, { node: env.execPath, package: env.packageDir, run: ids.runDir, ports });
    // Toxiproxy has no address yet; what matters is that every reference names something.
    targetsOf(project, "");
    const plan = makePlan({
      runId: ids.runId,
      createdAt: new Date(env.clock.now()).toISOString(),
      version: packageVersion(env),
      project,
      environment: request.environment,
      load: { scenario: request.scenario, file: shown, ...shape },
      experiment,
      gate,
      slos,
    });
    return { plan, project, projectDir, ports, bundle, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

function checkEnvironment(project: Project, environment: string | null): void {
  const known = Object.keys(project.spec.environments);
  if (environment === null || known.includes(environment)) return;
  const close = nearest(environment, known);
  throw usageError(
    "unknown-environment",
    `proofload.yaml has no environment '${environment}'`,
    close === undefined ? `Known are: ${known.join(", ") || "none"}.` : `Did you mean '${close}'?`,
  );
}
