import { claimLocks } from "../../chaos/claim-locks.ts";
import { preflightFaults } from "../../chaos/engine.ts";
import type { EngineWorld } from "../../chaos/engine-world.ts";
import { FAULTS } from "../../chaos/faults/index.ts";
import { haltReason } from "../../chaos/halt.ts";
import { checkPlanHash } from "../../chaos/plan-hash.ts";
import type { Project } from "../../lib/config/project.ts";
import type { DockerEngine } from "../../lib/docker/index.ts";
import type { Env } from "../../lib/env.ts";
import type { ExperimentPlan } from "../../lib/run/plan.ts";
import type { RunFolder } from "../run-folder.ts";
import { askCheck } from "./ask-check.ts";
import { createFindTargets } from "./find-targets.ts";
import type { Guarded } from "./run-guarded.ts";
import type { Stack } from "./start-stack.ts";

export interface WorldOptions {
  readonly env: Env;
  readonly runId: string;
  readonly project: Project;
  readonly experiment: ExperimentPlan;
  readonly scrapeIntervalSeconds: number;
  readonly folder: RunFolder;
  readonly guarded: Guarded;
  readonly stack: Stack;
}

/** An experiment, and what the engine needs to play it. */
export interface FaultsToPlay {
  readonly experiment: ExperimentPlan;
  readonly world: EngineWorld;
}

/** What the faults of a run work with: its service, its Prometheus, its journal. */
export function createWorld(options: WorldOptions): FaultsToPlay {
  const { env, runId, project, experiment, scrapeIntervalSeconds, folder, guarded, stack } = options;
  const { journal, signal } = guarded;
  const asking = { env, prometheus: stack.prometheus, scrapeIntervalSeconds };
  const connect = (): Promise<DockerEngine> => connectEngine(env);
  const world: EngineWorld = {
    env,
    runId,
    faults: FAULTS,
    findTargets: createFindTargets({ runId, project, targets: stack.targets, experiment, connect }),
    ask: (check, asked) => askCheck(asking, check, asked),
    journal,
    claim: (locks, write) => claimLocks(env, { ownJournal: journal.path, locks, signal }, write),
    emit: folder.emit,
    isLoaded: () => {
      const types = folder.events().map(({ type }) => type);
      return types.includes("load-started") && !types.includes("load-ended");
    },
    loadIsOver: () => folder.events().some(({ type }) => type === "load-ended"),
    halted: () => haltReason(env),
    signal,
  };
  return { experiment, world };
}

/** Looks at every target before anything happens; throws where a fault could not work, or where this is not the plan that was asked for. */
export async function preflight({ world, experiment }: FaultsToPlay, planHash: string | null): Promise<void> {
  checkPlanHash(experiment, await preflightFaults(world, experiment), planHash);
}

/** The engine of this machine; its client is loaded only then, being large. */
export async function connectEngine(env: Env): Promise<DockerEngine> {
  return (await import("../../lib/docker/index.ts")).createDockerEngine(env);
}
