import { join, resolve } from "node:path";

import type { Env } from "../../lib/env.ts";
import { usageError } from "../../lib/errors.ts";
import { worstExitCode } from "../../lib/exit-codes.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import { resilienceRows, resilienceText } from "../chaos/resilience-table.ts";
import type { ResilienceRow } from "../chaos/resilience-table.ts";
import { runExperiment } from "../chaos/run-experiment.ts";
import { listenForInterrupt } from "../interrupt.ts";
import type { Interrupt } from "../interrupt.ts";
import { experimentNames } from "../pipeline/read-config.ts";
import { shownWord } from "../text/shown-word.ts";
import { fromHere } from "../text/verdict-text.ts";
import { explain } from "../text/explain.ts";
import { nameOf, seedOf } from "./read-options.ts";

export interface ChaosRunArguments {
  readonly env?: string;
  readonly seed?: string;
  readonly planHash?: string;
  readonly yesProduction?: true;
  readonly out?: string;
  readonly json?: true;
}

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
  const text = `${shownWord(env.stdout, verdict.verdict)}  ${verdict.summary}\n  ${fromHere(env.cwd, join(dir, "summary.md"))}\n  ${fromHere(env.cwd, join(dir, "verdict.json"))}\n`;
  env.stdout.write(args.json === true ? `${JSON.stringify(verdict)}\n` : text);
  return verdict.exitCode;
}

/** The catalogue, one by one; an experiment that can't be played stops no other, a person who ends it does. */
async function runAll(env: Env, args: ChaosRunArguments, interrupt: Interrupt): Promise<ExitCode> {
  const names = experimentNames(env.cwd);
  if (names.length === 0) throw usageError("no-experiments", "there is no experiment in chaos/experiments");
  if (args.planHash !== undefined) throw usageError("bad-option", "--plan-hash is of one experiment, not of all");
  const rows: ResilienceRow[] = [];
  const codes: ExitCode[] = [];
  for (const name of names) {
    if (interrupt.signal.aborted) break;
    try {
      const { plan, verdict } = await runExperiment(env, optionsFor(env, name, args), interrupt);
      rows.push(...resilienceRows(plan.experiment, verdict));
      codes.push(verdict.exitCode);
    } catch (error) {
      const exitCode = explain(env, error);
      rows.push({
        experiment: name,
        fault: "-",
        target: "-",
        verdict: "error",
        effect: "not played",
        hypothesis: "-",
        recovered: "-",
        detected: "-",
        leftover: exitCode === 5 ? "PERHAPS" : "none",
      });
      codes.push(exitCode);
      // What could not be ended must not be added to.
      if (exitCode === 5) break;
    }
  }
  env.stdout.write(args.json === true ? `${JSON.stringify(rows)}\n` : resilienceText(rows));
  return worstExitCode(codes);
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
