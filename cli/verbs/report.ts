import { explainInRun, explainObjective } from "../../gates/explain-objective.ts";
import type { Env } from "../../lib/env.ts";
import { usageError } from "../../lib/errors.ts";
import { worstExitCode } from "../../lib/exit-codes.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import type { ExperimentVerdict, GateVerdict, RunVerdict } from "../../lib/run/verdict.ts";
import { verdictFileText } from "../../lib/run/verdict-file.ts";
import { EXPERIMENT_RENDERERS, GATE_RENDERERS } from "../../reports/index.ts";
import { renderRun, writeReports } from "../pipeline/render.ts";
import type { Rendered } from "../pipeline/render.ts";
import { findRunFolder } from "../run-folder.ts";
import {
  findGateFolder,
  isExperimentFolder,
  readExperimentRecord,
  readGateRecord,
  readRunRecord,
  tellEvidence,
} from "../runs/read-record.ts";
import { checkExplained, explained, explanationText } from "../text/explained.ts";
import { gateText } from "../text/gate-text.ts";
import { experimentText, verdictText } from "../text/verdict-text.ts";

export interface ReportArguments {
  readonly out?: string;
  readonly json?: true;
  readonly explain?: string;
}

/** `proofload report RUN`: renders the folder of a run, a gate or an experiment again, and answers with its verdict's exit code. */
export async function reportVerb(env: Env, name: string, args: ReportArguments): Promise<ExitCode> {
  const gate = findGateFolder(env, name);
  if (gate !== null) return reportGate(env, gate, args);
  const dir = findRunFolder(env, name, args.out);
  return isExperimentFolder(dir) ? reportExperiment(env, dir, args) : reportRun(env, dir, args);
}

async function reportRun(env: Env, dir: string, args: ReportArguments): Promise<ExitCode> {
  const record = readRunRecord(dir);
  const { objectives } = record.plan.gate;
  checkExplained(args.explain, objectives);
  const rendered = await renderRun(record, dir);
  const verdict = explained(record.verdict, args.explain, objectives, (...one) => explainInRun(record, ...one));
  const text = verdictText(env, verdict, dir, rendered.files) + explanationText(verdict.objectives);
  return answer(env, args, { verdict, text, rendered });
}

async function reportGate(env: Env, dir: string, args: ReportArguments): Promise<ExitCode> {
  const record = readGateRecord(dir);
  const { evidence } = record;
  const { objectives } = evidence.question;
  const verdict = tellEvidence(dir, () => {
    checkExplained(args.explain, objectives);
    return explained(record.verdict, args.explain, objectives, (...one) => explainObjective(evidence, ...one));
  });
  const rendered = await writeReports(GATE_RENDERERS, record, dir);
  const text = gateText(env, verdict, rendered) + explanationText(verdict.objectives);
  return answer(env, args, { verdict, text, rendered });
}

async function reportExperiment(env: Env, dir: string, args: ReportArguments): Promise<ExitCode> {
  if (args.explain !== undefined)
    throw usageError("bad-option", "--explain: an experiment without load judges no objective");
  const record = readExperimentRecord(dir);
  const { verdict } = record;
  const rendered = await writeReports(EXPERIMENT_RENDERERS, record, dir);
  return answer(env, args, { verdict, text: experimentText(env, verdict, dir), rendered });
}

interface Reported {
  readonly verdict: RunVerdict | GateVerdict | ExperimentVerdict;
  /** What the terminal is told. */
  readonly text: string;
  readonly rendered: Rendered;
}

function answer(env: Env, { json }: ReportArguments, { verdict, text, rendered }: Reported): ExitCode {
  env.stdout.write(json === true ? verdictFileText(verdict) : text);
  for (const failure of rendered.failures) env.stderr.write(`${failure}\n`);
  return worstExitCode([verdict.exitCode, ...(rendered.exitCode === null ? [] : [rendered.exitCode])]);
}
