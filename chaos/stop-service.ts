import { existsSync } from "node:fs";
import { devNull } from "node:os";
import { join } from "node:path";

import type { Env } from "../lib/env.ts";
import { messageOf } from "../lib/errors.ts";
import { runCommand } from "../lib/process/run-command.ts";
import type { Journal, OwedState } from "./journal.ts";
import type { OwedStep } from "./journal-line.ts";

/** A stop command that takes longer is killed. */
export const STOP_WITHIN_MS = 60_000;

/** What became of an owed step; `what` says what it ends, without its secrets. */
export type OwedResult = { readonly what: string } & (
  | { readonly kind: "paid" }
  | { readonly kind: "left"; readonly message: string }
);

/** Takes every owed step of a journal, the last one begun first, going on past failures: stop commands, and containers removed. */
export async function stopOwedService(env: Env, journal: Journal): Promise<readonly OwedResult[]> {
  const { owed, runId, runDir } = journal.read();
  const results: OwedResult[] = [];
  for (const { step, begun } of owed.toReversed()) {
    const what = nameOf(step);
    try {
      await takeStep(env, { runId, runDir }, { step, begun });
      results.push({ kind: "paid", what });
    } catch (error) {
      const message = `${messageOf(error)}. When you have ended it yourself, remove ${journal.path}`;
      results.push({ kind: "left", what, message });
      continue;
    }
    try {
      journal.write({ type: "paid", process: step.process, at: env.clock.now() / 1000 });
    } catch (error) {
      // A full disk must not keep the next step from being taken; what is taken twice does no harm.
      env.stderr.write(`${journal.path}: ${messageOf(error)}\n`);
    }
  }
  return results;
}

function nameOf({ kind, process }: OwedStep): string {
  return kind === "stop-command" ? `service ${process}` : `container ${process}`;
}

async function takeStep(
  env: Env,
  run: { readonly runId: string; readonly runDir: string },
  { step, begun }: OwedState,
): Promise<void> {
  switch (step.kind) {
    case "stop-command":
      return runCommand(env, run.runId, {
        name: `the stop command of ${step.process}`,
        argv: step.argv,
        cwd: step.cwd,
        vars: step.vars,
        // A run's folder may have been removed since.
        logFile: existsSync(run.runDir) ? join(run.runDir, `${step.process}.log`) : devNull,
        timeoutMs: STOP_WITHIN_MS,
      });
    case "containers": {
      // Most runs have no container, and the client is large.
      const docker = await import("../lib/docker/index.ts");
      const engine = await docker.createDockerEngine(env, step.engine);
      const labels = { [docker.RUN_LABEL]: run.runId, [docker.PROCESS_LABEL]: step.process };
      if (begun) await docker.removeContainers(engine, labels);
      // It may have been created just when its runner died.
      else await docker.removeLateContainers(env.clock, engine, labels);
    }
  }
}
