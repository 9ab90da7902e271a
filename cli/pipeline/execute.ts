import { isStartedByRun } from "../../lib/config/project.ts";
import type { Project } from "../../lib/config/project.ts";
import type { Env } from "../../lib/env.ts";
import { watchMachine } from "../../lib/machine/watch-machine.ts";
import type { Evidence } from "../../lib/run/evidence.ts";
import type { Tool, ToolName } from "../../lib/tools/index.ts";
import type { Interrupt } from "../interrupt.ts";
import type { LiveView } from "../live-view/live-view.ts";
import type { RunFolder } from "../run-folder.ts";
import { checkMetrics } from "./check-metrics.ts";
import { collectEvidence } from "./collect.ts";
import { createWorld, preflight } from "./create-world.ts";
import { longestRunSeconds } from "./longest-run.ts";
import { playRun } from "./play-run.ts";
import type { Prepared } from "./prepare.ts";
import { runGuarded } from "./run-guarded.ts";
import type { Guarded } from "./run-guarded.ts";
import { startLoad } from "./run-load.ts";
import { startStack } from "./start-stack.ts";
import { waitForScrapes } from "./wait-for-scrapes.ts";

export interface ExecuteOptions {
  readonly env: Env;
  readonly prepared: Prepared;
  readonly folder: RunFolder;
  readonly tools: ReadonlyMap<ToolName, Tool>;
  readonly interrupt: Interrupt;
  readonly view: LiveView;
}

/**
 * Does what the plan says and collects the evidence: guardian, service, load, faults. Whatever happens, everything that
 * was started has ended and every fault is undone when it returns or throws. Null: the load never began.
 */
export function execute(options: ExecuteOptions): Promise<Evidence | null> {
  const { env, prepared, folder, interrupt, view } = options;
  const { plan, project } = prepared;
  return runGuarded(
    {
      env,
      runId: plan.runId,
      folder,
      interrupt,
      longestSeconds: longestRunSeconds(project.spec, plan.load),
      say: (step) => view.step(step),
    },
    (guarded) => runLoad(options, guarded),
  );
}

/** Starts the service and the load, plays the faults, and collects the evidence. */
async function runLoad(options: ExecuteOptions, guarded: Guarded): Promise<Evidence> {
  const { env, prepared, folder, view, interrupt } = options;
  const { cleanup, signal } = guarded;
  const { plan, project } = prepared;
  view.step("starting the service, Prometheus and Toxiproxy");
  const stack = await startStack({
    env,
    runId: plan.runId,
    folder,
    journal: guarded.journal,
    project,
    ports: prepared.ports,
    projectDir: prepared.projectDir,
    tools: options.tools,
    cleanup,
    signal,
  });
  const { runId, experiment, scrapeIntervalSeconds } = plan;
  const faults =
    experiment === null
      ? null
      : createWorld({ env, runId, project, experiment, scrapeIntervalSeconds, folder, guarded, stack });
  if (faults !== null) await preflight(faults, prepared.planHash);
  await checkMetrics(env, plan, stack.jobs, signal);
  const jobs = stack.jobs.map(({ name }) => name);
  await waitForScrapes(env, stack.prometheus, jobs, {
    startedMs: stack.prometheusStartedMs,
    // What somebody else started has counted before: only a scrape before the load tells how much.
    warmupSeconds: startsEverything(project) ? plan.load.warmupSeconds : 0,
    signal,
  });
  view.step("starting k6");
  const k6 = options.tools.get("k6") ?? { path: "k6", version: "0.0.0" };
  const load = await startLoad({ env, prepared, folder, stack, k6, cleanup, signal });
  const machine = watchMachine(env, { pids: () => pidsOf(folder), known: stack.countsOwnCpu, k6Pid: load.pid });
  cleanup.add("the machine to be left alone", async () => void (await machine.stop()));
  view.loadStarted(stack.prometheus);
  await playRun({
    env,
    plan,
    folder,
    faults,
    load,
    prometheus: stack.prometheus,
    alertmanagerUrl: project.spec.prometheus.alertmanager ?? null,
    cutShort: guarded.cutShort,
    signal,
  });
  view.step("collecting the evidence");
  interrupt.waitingFor("the evidence to be collected");
  const evidence = await collectEvidence({
    env,
    plan,
    events: folder.events(),
    runDir: folder.dir,
    prometheus: stack.prometheus,
    serviceJobs: jobs,
    requestsSelector: project.spec.service.requests ?? null,
    machine: await machine.stop(),
    k6: machine.k6,
    scrapesK6: stack.scrapesK6,
    tools: Object.fromEntries([...options.tools.values()].map(({ name, version }) => [name, version])),
  });
  // What could not be read stays on the disk, for people to look at.
  if (evidence.prometheus.reachable) stack.dropSamples();
  return evidence;
}

function startsEverything(project: Project): boolean {
  return Object.values(project.spec.service.processes).every(
    // What a start command starts may have been there before.
    (process) => process.metrics === undefined || (isStartedByRun(process) && process.start === undefined),
  );
}

/** The programs of the run that are still there. */
function pidsOf(folder: RunFolder): readonly number[] {
  const running = new Map<string, number>();
  for (const event of folder.events()) {
    if (event.type === "process-started") running.set(event.process, event.pid);
    if (event.type === "process-ended") running.delete(event.process);
  }
  return [...running.values()];
}
