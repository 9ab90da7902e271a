import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";

import { refuseProduction } from "../../chaos/refuse-production.ts";
import { k6Thresholds } from "../../gates/thresholds.ts";
import { applyEnvironment } from "../../lib/config/environment.ts";
import type { Project } from "../../lib/config/project.ts";
import { checkNamedPlan } from "../../chaos/plan-hash.ts";
import type { Env } from "../../lib/env.ts";
import { bundleScenario } from "../../lib/k6/bundle.ts";
import { inspectScenario } from "../../lib/k6/inspect.ts";
import { checkTarget } from "../../lib/k6/target-check.ts";
import { checkThresholds } from "../../lib/k6/thresholds-check.ts";
import type { RunPlan, TriesPlan } from "../../lib/run/plan.ts";
import { makePlan } from "../plan/make-plan.ts";
import { checkScenarioNames, chooseOverrides, scenarioEnv } from "../plan/scenario-env.ts";
import type { LoadRequest } from "../plan/scenario-env.ts";
import { packageVersion } from "../version.ts";
import { fillProject } from "./fill-project.ts";
import {
  defaultGate,
  findScenario,
  readExperiment,
  readGate,
  readProject,
  readSlos,
  scenarioNames,
} from "./read-config.ts";

/** What a user asked for. */
export interface RunRequest extends LoadRequest {
  readonly projectDir: string;
  readonly experiment: string | null;
  /** Null: the gate that is called like the scenario, or else `pr`. */
  readonly gate: string | null;
  readonly environment: string | null;
  /** Of what the experiment leaves to chance, in place of its own; null: its own, or any. */
  readonly seed: number | null;
  /** What `chaos plan` called the experiment; null: any. */
  readonly planHash: string | null;
  /** Whether faults may be injected into production. */
  readonly yesProduction: boolean;
  /** How often an inconclusive run is played again, at most, in place of what the gate says; null: what the gate says. */
  readonly repeats: number | null;
}

/** Tries of the same run that came before. */
export type EarlierTries = TriesPlan["earlier"];

/** Everything that a run needs to know before it starts. */
export interface Prepared {
  readonly plan: RunPlan;
  /** proofload.yaml with its environment applied and its placeholders filled in. */
  readonly project: Project;
  readonly projectDir: string;
  readonly ports: Readonly<Record<string, number>>;
  /** What the scenario reads from `__ENV`. */
  readonly scenarioEnv: Readonly<Record<string, string>>;
  /** The scenario as k6 runs it, in a folder of its own until `discard` is called or it is moved. */
  readonly bundle: string;
  readonly discard: () => Promise<void>;
  readonly planHash: string | null;
}

interface Ids {
  readonly earlier: EarlierTries;
  readonly runId: string;
  readonly runDir: string;
  readonly k6: string;
  readonly signal: AbortSignal;
}

/** Reads all files and makes the plan; everything that is wrong with them is found here, before anything is started. */
export async function prepare(env: Env, request: RunRequest, ids: Ids): Promise<Prepared> {
  const { projectDir, scenario, environment } = request;
  const file = findScenario(projectDir, scenario);
  const raw = applyEnvironment(readProject(projectDir), environment);
  if (request.experiment !== null) refuseProduction([raw.spec.environment, environment], request.yesProduction);
  checkScenarioNames(raw, scenarioNames(projectDir));
  const asked = readGate(projectDir, request.gate ?? defaultGate(projectDir, scenario, request.experiment));
  const gate = { ...asked, repeats: request.repeats ?? asked.repeats };
  const slos = readSlos(projectDir);
  const { project, ports } = await fillProject(env, raw, ids.runDir);
  const temp = await mkdtemp(join(env.tempDir, "proofload-"));
  const discard = (): Promise<void> => rm(temp, { recursive: true, force: true });
  try {
    const bundle = join(temp, `${scenario}.js`);
    await bundleScenario({ file, outFile: bundle, packageDir: env.packageDir });
    const inspecting = { program: ids.k6, bundle, file: relative(projectDir, file), scenario, signal: ids.signal };
    const bundleText = await readFile(bundle, "utf8");
    checkTarget(relative(projectDir, file), bundleText, project.spec.service.url);
    const overrides = chooseOverrides(project, request);
    const vars = scenarioEnv(project, request, ids.runId);
    const bare = await inspectScenario(env, { ...inspecting, overrides, scenarioEnv: vars });
    const { load } = bare;
    const experiment =
      request.experiment === null
        ? null
        : readExperiment(projectDir, request.experiment, {
            warmupSeconds: load.warmupSeconds,
            seed: request.seed,
            anySeed: Math.floor(env.random() * 2 ** 32),
          });
    const plan = makePlan({
      runId: ids.runId,
      createdAt: new Date(env.clock.now()).toISOString(),
      version: packageVersion(env),
      project,
      environment,
      load,
      experiment,
      gate,
      slos,
      earlier: ids.earlier,
    });
    if (plan.experiment !== null) checkNamedPlan(plan.experiment, request.planHash);
    const thresholds = load.constantMemory ? {} : k6Thresholds(plan.gate.objectives, slos);
    const withThresholds = { ...vars, PROOFLOAD_THRESHOLDS: JSON.stringify(thresholds) };
    // Once more where some were added: only k6 knows whether a threshold is one.
    const inspected =
      Object.keys(thresholds).length === 0
        ? bare
        : await inspectScenario(env, { ...inspecting, overrides, scenarioEnv: withThresholds });
    checkThresholds({ inspected, bundleText, sloThresholds: thresholds });
    return {
      plan,
      project,
      projectDir,
      ports,
      scenarioEnv: withThresholds,
      bundle,
      discard,
      planHash: request.planHash,
    };
  } catch (error) {
    await discard();
    throw error;
  }
}
