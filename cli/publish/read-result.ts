import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { formatPath } from "../../lib/config/yaml.ts";
import { problemsOf } from "../../lib/config/zod-problems.ts";
import { messageOf } from "../../lib/errors.ts";
import { EXIT_CODES, worstExitCode } from "../../lib/exit-codes.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import { ciRecordSchema } from "../../lib/run/ci-record.ts";
import type { CiRecord, CiResult, CiRun } from "../../lib/run/ci-record.ts";
import type { VerdictWord } from "../../lib/run/verdict.ts";
import { worstVerdict } from "../../reports/words/verdict-words.ts";
import { readRunRecord } from "../runs/read-record.ts";

/** Where `proofload ci` puts its runs, unless it is told otherwise. */
export const CI_DIR = join(".proofload", "ci");

/** The file that says what was played. */
export const CI_FILE = "ci.json";

/** What a `proofload ci` came to, read from its folder. Never throws, and never a pass where a part is missing: what can't be read is an error of that run. */
export function readCiResult(dir: string): CiResult {
  const runs = readRuns(dir);
  return {
    verdict: worstVerdict(runs.map(({ verdict }) => verdict)) ?? "error",
    exitCode: worstExitCode(runs.map(({ exitCode }) => exitCode)),
    runs,
  };
}

function readRuns(dir: string): readonly CiRun[] {
  const file = join(dir, CI_FILE);
  if (!existsSync(file)) {
    return [broken("proofload ci", `there is no ${file}: \`proofload ci\` did not begin`, "Its log says why.")];
  }
  const unusable = (why: string) => [broken("proofload ci", `${file} can't be used: ${why}`, "Run it again.")];
  let written: unknown;
  try {
    written = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    return unusable(messageOf(error));
  }
  const read = problemsOf(ciRecordSchema, written);
  if (!read.ok) return unusable(read.problems.map(({ path, message }) => `${formatPath(path)}: ${message}`).join("; "));
  const record: CiRecord = read.value;
  // What kept the others from being played is the cause of their not being played, too.
  const cause = record.runs.findLast(({ exitCode }) => exitCode !== null && exitCode !== 0)?.exitCode ?? 4;
  return record.runs.map((run) =>
    run.state === "planned"
      ? broken(labelOf(record, run), "it was not played: an earlier run ended early", null, cause)
      : readRun(dir, labelOf(record, run), run),
  );
}

function labelOf({ scenario }: CiRecord, { experiment }: CiRecord["runs"][number]): string {
  return experiment === null ? scenario : `${scenario} with ${experiment}`;
}

function readRun(dir: string, label: string, run: CiRecord["runs"][number]): CiRun {
  const runId = run.runIds.at(-1);
  if (run.state === "started" || run.error !== null || runId === undefined || run.exitCode === null) {
    const ended = run.state === "started" ? "it was ended from outside before it was judged" : "it came to no verdict";
    const code = run.exitCode === null || run.exitCode === 0 ? 4 : run.exitCode;
    return run.error === null
      ? broken(label, ended, "Run it again.", code)
      : broken(label, run.error.message, run.error.hint, code);
  }
  try {
    const record = readRunRecord(join(dir, runId));
    const { verdict } = record;
    const exitCode = worstExitCode([run.exitCode, verdict.exitCode]);
    const more = exitCode === verdict.exitCode ? "" : ` (and exit code ${exitCode}: ${EXIT_CODES[exitCode]})`;
    return {
      label,
      verdict: wordOf(verdict.verdict, exitCode),
      exitCode,
      summary: `${verdict.summary}${more}`,
      hint: null,
      record,
    };
  } catch (error) {
    return broken(label, messageOf(error), "Run it again.", run.exitCode === 0 ? 4 : run.exitCode);
  }
}

/** A pass that ended with anything but 0 is none. */
function wordOf(verdict: VerdictWord, exitCode: ExitCode): VerdictWord {
  return verdict === "pass" && exitCode !== 0 ? "error" : verdict;
}

function broken(label: string, summary: string, hint: string | null, exitCode: ExitCode = 4): CiRun {
  return { label, verdict: "error", exitCode, summary, hint, record: null };
}
