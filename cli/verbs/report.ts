import { explainInRun } from "../../gates/explain-objective.ts";
import type { Env } from "../../lib/env.ts";
import { usageError } from "../../lib/errors.ts";
import { worstExitCode } from "../../lib/exit-codes.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import { verdictFileText } from "../../lib/run/verdict-file.ts";
import { EXPERIMENT_RENDERERS } from "../../reports/index.ts";
import { renderRun, writeReports } from "../pipeline/render.ts";
import { findRunFolder } from "../run-folder.ts";
import { isExperimentFolder, readExperimentRecord, readRunRecord } from "../runs/read-record.ts";
import { checkExplained, explanation } from "../text/explained.ts";
import { experimentText, verdictText } from "../text/verdict-text.ts";

/** `proofload report RUN`: renders a run folder again, and answers with its verdict's exit code. */
export async function reportVerb(
  env: Env,
  name: string,
  args: { readonly out?: string; readonly json?: true; readonly explain?: string },
): Promise<ExitCode> {
  const dir = findRunFolder(env, name, args.out);
  if (isExperimentFolder(dir)) return reportExperiment(env, dir, args);
  const record = readRunRecord(dir);
  const { verdict } = record;
  const { objectives } = record.plan.gate;
  checkExplained(args.explain, objectives);
  const { files, failures, exitCode } = await renderRun(record, dir);
  env.stdout.write(args.json === true ? verdictFileText(verdict) : verdictText(env, verdict, dir, files));
  if (args.explain !== undefined && args.json !== true) {
    const text = explanation(args.explain, objectives, verdict.objectives, (...one) => explainInRun(record, ...one));
    env.stdout.write(text);
  }
  for (const failure of failures) env.stderr.write(`${failure}\n`);
  return worstExitCode([verdict.exitCode, ...(exitCode === null ? [] : [exitCode])]);
}

async function reportExperiment(
  env: Env,
  dir: string,
  args: { readonly json?: true; readonly explain?: string },
): Promise<ExitCode> {
  if (args.explain !== undefined)
    throw usageError("bad-option", "--explain: an experiment without load judges no objective");
  const record = readExperimentRecord(dir);
  const { verdict } = record;
  const { failures, exitCode } = await writeReports(EXPERIMENT_RENDERERS, record, dir);
  env.stdout.write(args.json === true ? verdictFileText(verdict) : experimentText(env, verdict, dir));
  for (const failure of failures) env.stderr.write(`${failure}\n`);
  return worstExitCode([verdict.exitCode, ...(exitCode === null ? [] : [exitCode])]);
}
