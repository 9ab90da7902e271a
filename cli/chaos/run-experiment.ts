import { join } from "node:path";

import { endSecondsOf } from "../../chaos/group-faults.ts";
import { refuseHalted } from "../../chaos/halt.ts";
import { judgeExperiment } from "../../gates/judge-experiment.ts";
import { checkNamedPlan } from "../../chaos/plan-hash.ts";
import type { Env } from "../../lib/env.ts";
import { messageOf, ProofloadError } from "../../lib/errors.ts";
import type { ExperimentRunPlan } from "../../lib/run/plan.ts";
import { verdictFileText } from "../../lib/run/verdict-file.ts";
import type { ExperimentVerdict } from "../../lib/run/verdict.ts";
import { ensureTools } from "../../lib/tools/index.ts";
import type { Tool, ToolName } from "../../lib/tools/index.ts";
import { EXPERIMENT_RENDERERS } from "../../reports/index.ts";
import type { Interrupt } from "../interrupt.ts";
import { timelineText } from "../live-view/status-text.ts";
import { createWorld, preflight } from "../pipeline/create-world.ts";
import type { FaultsToPlay } from "../pipeline/create-world.ts";
import { longestRunSeconds } from "../pipeline/longest-run.ts";
import { playExperiment } from "../pipeline/play-experiment.ts";
import { writeReports } from "../pipeline/render.ts";
import { runGuarded } from "../pipeline/run-guarded.ts";
import type { Guarded } from "../pipeline/run-guarded.ts";
import { stackTools } from "../pipeline/stack-tools.ts";
import { startStack } from "../pipeline/start-stack.ts";
import type { Stack } from "../pipeline/start-stack.ts";
import { sweep } from "../pipeline/sweep.ts";
import { waitForScrapes } from "../pipeline/wait-for-scrapes.ts";
import { createRunFolder, newRunId } from "../run-folder.ts";
import type { RunFolder } from "../run-folder.ts";
import { createToolProgress } from "../text/tool-progress.ts";
import { prepareExperiment } from "./prepare-experiment.ts";
import type { ExperimentRequest, PreparedExperiment } from "./prepare-experiment.ts";

export interface RunExperimentOptions extends ExperimentRequest {
  /** Where folders of experiments go. */
  readonly runs: string;
  readonly planHash: string | null;
}

/** An experiment that was played, and where everything of it is. */
export interface PlayedExperiment {
  readonly plan: ExperimentRunPlan;
  readonly verdict: ExperimentVerdict;
  readonly dir: string;
}

/** Plays an experiment without load: service, faults, hypothesis, verdict, all undone. */
export async function runExperiment(
  env: Env,
  options: RunExperimentOptions,
  interrupt: Interrupt,
): Promise<PlayedExperiment> {
  const { runs } = options;
  const prepared = await prepareExperiment(env, options, { runId: newRunId(env), runs });
  const { plan } = prepared;
  checkNamedPlan(plan.experiment, options.planHash);
  refuseHalted(env);
  const tools = await ensureTools(env, stackTools(prepared.project), {
    signal: interrupt.signal,
    onProgress: createToolProgress(env),
  });
  await sweep(env);
  interrupt.signal.throwIfAborted();
  const folder = createRunFolder(env, runs, plan.runId);
  const say = (text: string): void => env.stderr.write(`${text}\n`);
  say(`proofload chaos run ${plan.experiment.name} (${plan.runId}): ${plan.experiment.title}`);
  try {
    await folder.write("plan.json", `${JSON.stringify(plan, null, 2)}\n`);
    await play(env, prepared, { folder, tools, interrupt, say, planHash: options.planHash });
    const verdict = judgeExperiment(plan, folder.events());
    await folder.write("verdict.json", verdictFileText(verdict, 1));
    const { failures } = await writeReports(
      EXPERIMENT_RENDERERS,
      { plan, events: folder.events(), verdict },
      folder.dir,
    );
    const failure = folder.failure();
    for (const one of [...failures, ...(failure === null ? [] : [failure])]) say(one);
    return { plan, verdict, dir: join(runs, plan.runId) };
  } finally {
    folder.close();
  }
}

/** How long an experiment would take at most, from its baseline to its last recovery; what is wrong with its files is found here, too. */
export async function experimentSeconds(env: Env, options: RunExperimentOptions): Promise<number> {
  const { plan } = await prepareExperiment(env, options, { runId: newRunId(env), runs: options.runs });
  return endSecondsOf(plan.experiment.faults);
}

interface PlayOptions {
  readonly folder: RunFolder;
  readonly tools: ReadonlyMap<ToolName, Tool>;
  readonly interrupt: Interrupt;
  readonly say: (text: string) => void;
  readonly planHash: string | null;
}

async function play(env: Env, prepared: PreparedExperiment, options: PlayOptions): Promise<void> {
  const { folder, interrupt, say } = options;
  const { plan, project } = prepared;
  let startedMs: number | null = null;
  folder.onEvent((event) => {
    const line = timelineText(event, { plan, loadStartedMs: startedMs }, env.clock.monotonicMs());
    if (line !== null) say(line);
  });
  const durationSeconds = endSecondsOf(plan.experiment.faults);
  const longestSeconds = longestRunSeconds(project.spec, { durationSeconds, setupTimeoutSeconds: 0 });
  await runGuarded({ env, runId: plan.runId, folder, interrupt, longestSeconds, say }, async (guarded) => {
    const { faults, stack } = await start(env, prepared, { ...options, guarded });
    startedMs = env.clock.monotonicMs();
    folder.emit({ type: "phase", phase: "baseline" });
    await playExperiment({
      env,
      folder,
      faults,
      startedMs,
      prometheusUrl: stack.prometheus.url,
      alertmanagerUrl: project.spec.prometheus.alertmanager ?? null,
    }).catch((error: unknown) => {
      if (guarded.signal.aborted || !(error instanceof ProofloadError) || error.exitCode !== 3) throw error;
      // The hypothesis did not hold to begin with, or a condition ended it: that is a verdict, and no failure of the run.
      guarded.cutShort(messageOf(error));
    });
  });
}

async function start(
  env: Env,
  { plan, project, ports, projectDir }: PreparedExperiment,
  { folder, tools, say, guarded, planHash }: PlayOptions & { readonly guarded: Guarded },
): Promise<{ readonly faults: FaultsToPlay; readonly stack: Stack }> {
  const { runId, experiment, scrapeIntervalSeconds } = plan;
  const { journal, cleanup, signal } = guarded;
  say("starting the service, Prometheus and Toxiproxy…");
  const stack = await startStack({ env, runId, folder, journal, project, ports, projectDir, tools, cleanup, signal });
  const faults = createWorld({ env, runId, project, experiment, scrapeIntervalSeconds, folder, guarded, stack });
  await preflight(faults, planHash);
  const jobs = stack.jobs.map(({ name }) => name);
  await waitForScrapes(env, stack.prometheus, jobs, { startedMs: stack.prometheusStartedMs, warmupSeconds: 0, signal });
  return { faults, stack };
}
