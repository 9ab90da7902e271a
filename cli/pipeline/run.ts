import { cp } from "node:fs/promises";
import { basename, join } from "node:path";

import { refuseHalted } from "../../chaos/halt.ts";
import { judge } from "../../gates/judge.ts";
import { whyNotAgain } from "../../gates/worth-repeating.ts";
import type { Env } from "../../lib/env.ts";
import { messageOf, ProofloadError } from "../../lib/errors.ts";
import { worstExitCode } from "../../lib/exit-codes.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import { evidenceText } from "../../lib/run/evidence-file.ts";
import type { Evidence } from "../../lib/run/evidence.ts";
import { loadWords } from "../../lib/run/load.ts";
import type { RunPlan } from "../../lib/run/plan.ts";
import type { RunVerdict } from "../../lib/run/verdict.ts";
import { verdictFileText } from "../../lib/run/verdict-file.ts";
import { ensureTools } from "../../lib/tools/index.ts";
import { listenForInterrupt } from "../interrupt.ts";
import type { Interrupt } from "../interrupt.ts";
import { createLiveView } from "../live-view/live-view.ts";
import { tooFewEvents } from "../plan/expected-events.ts";
import { createRunFolder, newRunId, runsDir } from "../run-folder.ts";
import { pruneRuns } from "../runs/prune.ts";
import { createToolProgress } from "../text/tool-progress.ts";
import { verdictText } from "../text/verdict-text.ts";
import { execute } from "./execute.ts";
import type { ExecuteOptions } from "./execute.ts";
import { prepare } from "./prepare.ts";
import type { EarlierTries, Prepared, RunRequest } from "./prepare.ts";
import { renderRun } from "./render.ts";
import { stackTools } from "./stack-tools.ts";
import { sweep } from "./sweep.ts";

export interface RunOptions extends RunRequest {
  /** Where run folders go; .proofload/runs when left out. */
  readonly out: string | undefined;
  readonly dryRun: boolean;
  /** Told the id of each try as soon as its folder is there. */
  readonly onRun?: (runId: string) => void;
  /** Runs that were played with this one, whose folders stay. */
  readonly playedWith?: readonly string[];
}

/** Nothing in place of what scenario, experiment and gate say. */
export const AS_WRITTEN = {
  overrides: { rate: null, durationSeconds: null, scale: null },
  traceShare: null,
  repeats: null,
  seed: null,
  planHash: null,
  yesProduction: false,
} as const;

/** A run, and, where its gate allows that, the same again while it is inconclusive; answers the exit code of the last try's verdict. */
export async function run(env: Env, options: RunOptions): Promise<ExitCode> {
  const interrupt = listenForInterrupt(env);
  try {
    const earlier: Try[] = [];
    for (;;) {
      const one = await tryOnce(env, options, { earlier, interrupt });
      if (one.again === null) return one.exitCode;
      earlier.push(one.again);
      env.stderr.write(`try ${earlier.length} was inconclusive, the gate allows for another one…\n\n`);
    }
  } catch (error) {
    // What a signal broke on its way is no error of its own; faults that were left behind are.
    if (interrupt.signal.aborted && !(error instanceof ProofloadError && error.exitCode === 5))
      throw interrupt.signal.reason;
    throw error;
  } finally {
    interrupt.stop();
  }
}

type Try = EarlierTries[number];

interface TryOptions {
  readonly earlier: EarlierTries;
  readonly interrupt: Interrupt;
}

/** What a try came to; `again` is how it is told of in the next one, if there is to be one. */
interface TryResult {
  readonly exitCode: ExitCode;
  readonly again: Try | null;
}

/** One run from reading its files to its report. */
async function tryOnce(env: Env, options: RunOptions, { earlier, interrupt }: TryOptions): Promise<TryResult> {
  const progress = createToolProgress(env);
  const k6 = await ensureTools(env, ["k6"], { signal: interrupt.signal, onProgress: progress });
  const runId = newRunId(env);
  const runs = runsDir(env, options.out);
  const ids = { earlier, runId, runDir: join(runs, runId), k6: k6.get("k6")?.path ?? "k6" };
  const prepared = await prepare(env, options, { ...ids, signal: interrupt.signal });
  try {
    interrupt.signal.throwIfAborted();
    if (prepared.plan.experiment !== null && !options.dryRun) refuseHalted(env);
    if (options.dryRun) {
      env.stdout.write(`${JSON.stringify(prepared.plan, null, 2)}\n`);
      return { exitCode: 0, again: null };
    }
    const others = await ensureTools(env, stackTools(prepared.project), {
      signal: interrupt.signal,
      onProgress: progress,
    });
    await sweep(env);
    interrupt.signal.throwIfAborted();
    return await runPrepared(env, prepared, {
      runs,
      tools: new Map([...k6, ...others]),
      interrupt,
      onRun: options.onRun,
      playedWith: [...(options.playedWith ?? []), ...earlier.map((one) => one.runId)],
    });
  } finally {
    await prepared.discard();
  }
}

interface PreparedOptions {
  readonly runs: string;
  readonly tools: Awaited<ReturnType<typeof ensureTools>>;
  readonly interrupt: Interrupt;
  readonly onRun: RunOptions["onRun"];
  readonly playedWith: readonly string[];
}

async function runPrepared(
  env: Env,
  prepared: Prepared,
  { runs, tools, interrupt, onRun, playedWith }: PreparedOptions,
): Promise<TryResult> {
  const { plan } = prepared;
  const folder = createRunFolder(env, runs, plan.runId);
  onRun?.(plan.runId);
  const view = createLiveView(env, plan);
  folder.onEvent((event) => view.event(event));
  env.stderr.write(`${describe(prepared)}\n`);
  for (const warning of tooFewEvents(plan)) env.stderr.write(`  warning ${warning}\n`);
  try {
    await folder.write("plan.json", evidenceText(plan, 1));
    // Under its own name: the map beside it is found by that.
    const bundle = join(folder.dir, "k6", basename(prepared.bundle));
    await cp(prepared.bundle, bundle);
    await cp(`${prepared.bundle}.map`, `${bundle}.map`);
    await prepared.discard();
    const evidence = await executeOrTell({ env, prepared: { ...prepared, bundle }, folder, tools, interrupt, view });
    if (evidence !== null) await folder.write("evidence.json", evidenceText(evidence, 1));
    const verdict = judge({ plan, events: folder.events(), evidence });
    // On the disk before anything is rendered: a renderer that fails changes no verdict.
    await folder.write("verdict.json", verdictFileText(verdict, 1));
    await view.stop();
    const failure = folder.failure();
    if (failure !== null) env.stderr.write(`${failure}\n`);
    const exitCode = await report(env, { plan, events: folder.events(), evidence, verdict }, folder.dir);
    const { keep, maxAge } = prepared.project.spec.runs;
    const pruned = await pruneRuns(env, runs, {
      keep,
      maxAgeSeconds: maxAge,
      current: [plan.runId, ...playedWith],
    });
    for (const problem of pruned.failures) env.stderr.write(`${problem}\n`);
    return { exitCode, again: nextTry(env, plan, verdict, exitCode) };
  } finally {
    await view.stop();
    folder.close();
  }
}

/** How this try is told of in the next one; null when it was the last. */
function nextTry(env: Env, { runId, tries }: RunPlan, verdict: RunVerdict, exitCode: ExitCode): Try | null {
  if (tries === undefined || tries.number >= tries.of || exitCode !== verdict.exitCode) return null;
  const why = whyNotAgain(verdict);
  if (why === null) return { runId, summary: verdict.summary };
  if (verdict.verdict === "inconclusive" && exitCode === 3) env.stderr.write(`not played again: ${why}\n`);
  return null;
}

/** Executes; when that fails, faults that were left behind come before the failure itself. */
async function executeOrTell(options: ExecuteOptions): Promise<Evidence | null> {
  try {
    return await execute(options);
  } catch (error) {
    const left = options.folder.events().filter((event) => event.type === "fault-left-behind");
    if (left.length === 0) throw error;
    const what = left.map(({ fault, message }) => `${fault} may be left behind: ${message}`);
    throw new ProofloadError({
      code: "faults-left",
      message: [messageOf(error), ...what].join("\n"),
      hint: "What is left is ended by: proofload chaos recover",
      cause: error,
      exitCode: 5,
    });
  }
}

type Rendered = Parameters<typeof renderRun>[0];

async function report(env: Env, record: Rendered, dir: string): Promise<ExitCode> {
  const rendered = await renderRun(record, dir);
  env.stdout.write(verdictText(env, record.verdict, dir, rendered.files));
  for (const failure of rendered.failures) env.stderr.write(`${failure}\n`);
  return worstExitCode([record.verdict.exitCode, ...(rendered.exitCode === null ? [] : [rendered.exitCode])]);
}

function describe({ plan }: Prepared): string {
  const { load, service, experiment } = plan;
  const objectives = plan.gate.objectives.length;
  const environment = service.environment === null ? "" : ` (${service.environment})`;
  const faults =
    experiment === null
      ? "no faults"
      : experiment.faults
          .map(({ name, kind, target }) => `${name === kind ? kind : `${name} (${kind})`} on ${target}`)
          .join(", ");
  const tries = plan.tries === undefined ? "" : ` (try ${plan.tries.number} of at most ${plan.tries.of})`;
  return [
    `proofload run ${plan.runId}${tries}`,
    `  load    ${load.scenario}: ${loadWords(load)} on ${service.name}${environment} at ${service.url}`,
    `  faults  ${faults}`,
    `  gate    ${plan.gate.name}: ${objectives === 1 ? "1 objective" : `${objectives} objectives`}`,
  ].join("\n");
}
