import { join, resolve } from "node:path";

import type { Env } from "../../lib/env.ts";
import { usageError } from "../../lib/errors.ts";
import { worstExitCode } from "../../lib/exit-codes.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import { resilienceRows, resilienceText, unplayedRow } from "../chaos/resilience-table.ts";
import type { ResilienceRow } from "../chaos/resilience-table.ts";
import { experimentSeconds, runExperiment } from "../chaos/run-experiment.ts";
import { listenForInterrupt } from "../interrupt.ts";
import type { Interrupt } from "../interrupt.ts";
import { experimentNames } from "../pipeline/read-config.ts";
import { experimentText } from "../text/verdict-text.ts";
import { formatSeconds } from "../../reports/words/format.ts";
import { explain } from "../text/explain.ts";
import { durationOf, nameOf, seedOf } from "./read-options.ts";

export interface ChaosRunArguments {
  readonly env?: string;
  readonly seed?: string;
  readonly planHash?: string;
  readonly yesProduction?: true;
  readonly longest?: string;
  readonly out?: string;
  readonly json?: true;
}

/** Of the whole catalogue those that take longer are left out: they are for a night. */
const LONGEST_SECONDS = 1800;

/** `proofload chaos run EXPERIMENT|all`: faults without load. Answers with the worst of the verdicts' exit codes. */
export async function chaosRunVerb(env: Env, name: string, args: ChaosRunArguments): Promise<ExitCode> {
  const interrupt = listenForInterrupt(env);
  try {
    return name === "all" ? await runAll(env, args, interrupt) : await runOne(env, nameOf(name), args, interrupt);
  } finally {
    interrupt.stop();
  }
}

async function runOne(env: Env, name: string, args: ChaosRunArguments, interrupt: Interrupt): Promise<ExitCode> {
  const { verdict, dir } = await runExperiment(env, optionsFor(env, name, args), interrupt);
  env.stdout.write(args.json === true ? `${JSON.stringify(verdict)}\n` : experimentText(env, verdict, dir));
  return verdict.exitCode;
}

/** The catalogue, one by one; an experiment that can't be played stops no other, a person who ends it does. */
async function runAll(env: Env, args: ChaosRunArguments, interrupt: Interrupt): Promise<ExitCode> {
  const names = experimentNames(env.cwd);
  if (names.length === 0) throw usageError("no-experiments", "there is no experiment in chaos/experiments");
  if (args.planHash !== undefined) throw usageError("bad-option", "--plan-hash is of one experiment, not of all");
  const longest = args.longest === undefined ? LONGEST_SECONDS : durationOf("--longest", args.longest);
  const rows: ResilienceRow[] = [];
  const codes: ExitCode[] = [];
  for (const name of names) {
    if (interrupt.signal.aborted) break;
    try {
      const options = optionsFor(env, name, args);
      const seconds = await experimentSeconds(env, options);
      if (seconds > longest) {
        const effect = `it takes ${formatSeconds(seconds)}: play it by its name, or give --longest`;
        rows.push(unplayedRow(name, { verdict: "not played", effect, leftover: "none" }));
        continue;
      }
      const { plan, verdict } = await runExperiment(env, options, interrupt);
      rows.push(...resilienceRows(plan.experiment, verdict));
      codes.push(verdict.exitCode);
    } catch (error) {
      const exitCode = explain(env, error);
      const leftover = exitCode === 5 ? "PERHAPS" : "none";
      rows.push(unplayedRow(name, { verdict: "error", effect: "not played", leftover }));
      codes.push(exitCode);
      // What could not be ended must not be added to.
      if (exitCode === 5) break;
    }
  }
  env.stdout.write(args.json === true ? `${JSON.stringify(rows)}\n` : resilienceText(rows));
  // Where all were too long nothing was proven.
  return worstExitCode(codes.length === 0 ? [3] : codes);
}

function optionsFor(env: Env, experiment: string, args: ChaosRunArguments): Parameters<typeof runExperiment>[1] {
  return {
    projectDir: env.cwd,
    experiment,
    environment: args.env ?? null,
    seed: seedOf(args.seed),
    yesProduction: args.yesProduction ?? false,
    planHash: args.planHash ?? null,
    runs: resolve(env.cwd, args.out ?? join(".proofload", "chaos")),
  };
}
