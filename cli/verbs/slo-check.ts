import type { SloFinding } from "../../gates/lint/finding.ts";
import { lintSlos } from "../../gates/lint/lint-slos.ts";
import { documentsOf } from "../../gates/model/documents.ts";
import { readSlos } from "../../gates/model/parse-slos.ts";
import type { Env } from "../../lib/env.ts";
import { ProofloadError, usageError } from "../../lib/errors.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import { openPrometheus } from "../gate/open-prometheus.ts";
import type { AccessArguments } from "../gate/read-access.ts";
import { askPrometheus } from "../slo-check/ask-prometheus.ts";
import { readSloFiles } from "../slo-check/read-slo-files.ts";

export interface SloCheckArguments extends AccessArguments {
  readonly prometheus?: string;
  readonly json?: true;
}

/** For each attempt at a query. */
const TIMEOUT_MS = 15_000;

/** `proofload slo check`: lints SLOs; answers 2 where one is wrong, 4 where the Prometheus that was given is away. */
export async function sloCheckVerb(env: Env, path: string, args: SloCheckArguments): Promise<ExitCode> {
  const prometheus =
    args.prometheus === undefined ? null : await openPrometheus(env, args.prometheus, args, TIMEOUT_MS);
  const { sources, notRead } = readSloFiles(env.cwd, path);
  const reading = readSlos(sources);
  const count = documentsOf(reading.all, "SLO").length;
  const findings = [...notRead, ...lintSlos(reading)];
  if (count === 0 && reading.problems.length === 0) {
    throw usageError("no-slos", `${path} holds no document of kind SLO, so there is nothing to check`);
  }
  let away: ProofloadError | null = null;
  if (prometheus !== null) {
    try {
      findings.push(...(await askPrometheus(prometheus, reading)));
    } catch (error) {
      if (!(error instanceof ProofloadError) || error.exitCode !== 4) throw error;
      away = error;
    }
  }
  const ordered = findings.toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  env.stdout.write(args.json === true ? `${JSON.stringify(ordered)}\n` : textOf(ordered, count));
  // What the files alone tell has been said.
  if (away !== null) throw away;
  return ordered.some(({ level }) => level === "error") ? 2 : 0;
}

function textOf(findings: readonly SloFinding[], slos: number): string {
  const lines = findings.map(({ file, line, level, message, cure }) => {
    const text = `${file}:${line}: ${level}: ${message}`;
    return cure === null ? text : `${text}\n    → ${cure}`;
  });
  const number = (level: SloFinding["level"]): string => {
    const count = findings.filter((one) => one.level === level).length;
    return `${count === 0 ? "no" : count} ${level}${count === 1 ? "" : "s"}`;
  };
  const checked = `${slos} SLO${slos === 1 ? "" : "s"}: ${number("error")}, ${number("warning")}`;
  return `${[...lines, checked].join("\n")}\n`;
}
