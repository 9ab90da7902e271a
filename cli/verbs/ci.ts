import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";

import { makeFolder } from "../../lib/make-folder.ts";
import type { Env } from "../../lib/env.ts";
import { messageOf, ProofloadError, usageError } from "../../lib/errors.ts";
import { worstExitCode } from "../../lib/exit-codes.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import type { CiRecord } from "../../lib/run/ci-record.ts";
import { writeAtomic } from "../../lib/write-atomic.ts";
import { CI_DIR, CI_FILE } from "../publish/read-result.ts";
import { AS_WRITTEN, run } from "../pipeline/run.ts";
import type { RunOptions } from "../pipeline/run.ts";
import { explain } from "../text/explain.ts";
import { nameOf } from "./read-options.ts";

export interface CiArguments {
  readonly experiment?: readonly string[];
  readonly gate?: string;
  readonly env?: string;
  readonly out?: string;
}

/** After these a next run may still be played: the last one left nothing behind, and nobody ended it. */
const GOES_ON_AFTER: readonly ExitCode[] = [0, 1, 3];

/**
 * `proofload ci [SCENARIO]`: the scenario with one experiment after another, or once without any. What was played stands in ci.json at every moment,
 * for `proofload publish`. Answers with the worst of the runs' exit codes.
 */
export async function ciVerb(env: Env, scenario: string, args: CiArguments): Promise<ExitCode> {
  const out = resolve(env.cwd, args.out ?? CI_DIR);
  const file = join(out, CI_FILE);
  // An older result must not be taken for this one's, whatever happens next.
  await rm(file, { force: true });
  const experiments = (args.experiment ?? []).map(nameOf);
  const twice = experiments.find((name, index) => experiments.indexOf(name) !== index);
  if (twice !== undefined) throw usageError("bad-option", `--experiment: '${twice}' is named twice`);
  makeFolder(out);
  const played = experiments.length === 0 ? [null] : experiments;
  const optionsFor = (experiment: string | null): RunOptions => ({
    projectDir: env.cwd,
    scenario: nameOf(scenario),
    experiment,
    gate: args.gate === undefined ? null : nameOf(args.gate),
    environment: args.env ?? null,
    ...AS_WRITTEN,
    out,
    dryRun: false,
  });
  const record: CiRecord = {
    schemaVersion: 1,
    scenario: nameOf(scenario),
    gate: args.gate === undefined ? null : nameOf(args.gate),
    environment: args.env ?? null,
    runs: played.map((experiment) => ({ experiment, state: "planned", runIds: [], exitCode: null, error: null })),
  };
  const save = createSave(file, record);
  const codes = (): readonly ExitCode[] => record.runs.flatMap(({ exitCode }) => (exitCode === null ? [] : [exitCode]));
  try {
    await save();
    if (await isWrong(env, record.runs, optionsFor)) await save();
    else await playAll(env, record.runs, optionsFor, save);
  } catch (error) {
    // What can't be written down must not hide that faults were left.
    return worstExitCode([explain(env, error), ...codes()]);
  }
  return worstExitCode(codes());
}

/** Writes ci.json anew; an error (exit code 4) where it is no longer as it was last written: two at once would each take the other's verdict for their own. */
function createSave(file: string, record: CiRecord): () => Promise<void> {
  let written: string | null = null;
  return async () => {
    if (written !== null && (await readFile(file, "utf8").catch(() => null)) !== written) {
      throw new ProofloadError({
        code: "ci-folder-shared",
        message: `${file} was changed by somebody else, another \`proofload ci\` for one: no verdict is kept`,
        hint: "Give each its own --out.",
        exitCode: 4,
      });
    }
    const text = `${JSON.stringify(record, null, 1)}\n`;
    await writeAtomic(file, text);
    written = text;
  };
}

type CiRuns = CiRecord["runs"];
type OptionsFor = (experiment: string | null) => RunOptions;

/** Whether one of several can't be played: a mistake in the last experiment is told before the first one begins. */
async function isWrong(env: Env, runs: CiRuns, optionsFor: OptionsFor): Promise<boolean> {
  if (runs.length === 1) return false;
  const silent: Env = { ...env, stdout: { ...env.stdout, write: () => undefined } };
  for (const one of runs) {
    const exitCode = await attempt(env, one, () => run(silent, { ...optionsFor(one.experiment), dryRun: true }));
    if (exitCode !== 0) {
      Object.assign(one, { state: "ended", exitCode });
      return true;
    }
  }
  return false;
}

async function playAll(env: Env, runs: CiRuns, optionsFor: OptionsFor, save: () => Promise<void>): Promise<void> {
  for (const one of runs) {
    one.state = "started";
    await save();
    const onRun = (runId: string): void => void one.runIds.push(runId);
    const playedWith = runs.flatMap(({ runIds }) => runIds);
    one.exitCode = await attempt(env, one, () => run(env, { ...optionsFor(one.experiment), onRun, playedWith }));
    one.state = "ended";
    await save();
    if (!GOES_ON_AFTER.includes(one.exitCode)) return;
  }
}

/** The exit code; what is thrown is told, and kept for those who read ci.json. */
async function attempt(env: Env, one: CiRuns[number], play: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await play();
  } catch (error) {
    const exitCode = explain(env, error);
    one.error = { message: messageOf(error), hint: error instanceof ProofloadError ? (error.hint ?? null) : null };
    return exitCode;
  }
}
