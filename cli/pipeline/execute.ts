import { join } from "node:path";

import { armGuardian } from "../../chaos/arm-guardian.ts";
import type { Guardian } from "../../chaos/arm-guardian.ts";
import { claimLocks } from "../../chaos/claim-locks.ts";
import { preflightFaults } from "../../chaos/engine.ts";
import type { EngineWorld } from "../../chaos/engine-world.ts";
import { FAULTS } from "../../chaos/faults/index.ts";
import { haltReason } from "../../chaos/halt.ts";
import { createJournal } from "../../chaos/journal.ts";
import type { Journal } from "../../chaos/journal.ts";
import { isStartedByRun } from "../../lib/config/project.ts";
import type { Project } from "../../lib/config/project.ts";
import type { DockerEngine } from "../../lib/docker/index.ts";
import type { Env } from "../../lib/env.ts";
import { messageOf, ProofloadError } from "../../lib/errors.ts";
import { watchMachine } from "../../lib/machine/watch-machine.ts";
import { identifyProcess } from "../../lib/process/identity.ts";
import type { Evidence } from "../../lib/run/evidence.ts";
import type { Tool, ToolName } from "../../lib/tools/index.ts";
import type { Interrupt } from "../interrupt.ts";
import type { LiveView } from "../live-view/live-view.ts";
import type { RunFolder } from "../run-folder.ts";
import { askCheck } from "./ask-check.ts";
import { checkMetrics } from "./check-metrics.ts";
import { createCleanup } from "./cleanup.ts";
import type { Cleanup } from "./cleanup.ts";
import { collectEvidence } from "./collect.ts";
import { endRun } from "./end-run.ts";
import { createFindTargets } from "./find-targets.ts";
import { longestRunSeconds } from "./longest-run.ts";
import { playRun } from "./play-run.ts";
import type { Prepared } from "./prepare.ts";
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

const LEASE_MS = 15_000;

/**
 * Does what the plan says and collects the evidence: guardian, service, load, faults. Whatever happens, everything that
 * was started has ended and every fault is undone when it returns or throws. Null: the load never began.
 */
export async function execute(options: ExecuteOptions): Promise<Evidence | null> {
  const { env, prepared, folder, interrupt, view } = options;
  const { plan } = prepared;
  const stop = new AbortController();
  const signal = AbortSignal.any([interrupt.signal, stop.signal]);
  const cutShort = (cause: string): void => {
    if (signal.aborted) return;
    stop.abort(new ProofloadError({ code: "cut-short", message: cause, exitCode: 3 }));
    folder.emit({ type: "cut-short", cause });
  };
  const onInterrupt = (): void => {
    interrupt.waitingFor("what was injected to be undone");
    folder.emit({ type: "cut-short", cause: interrupt.cause() ?? "SIGINT" });
  };
  interrupt.signal.addEventListener("abort", onInterrupt);
  if (interrupt.signal.aborted) onInterrupt();
  folder.emit({ type: "run-started", runId: plan.runId });

  const journal = await openRunJournal(options);
  const cleanup = createCleanup();
  let guardian: Guardian | null = null;
  try {
    guardian = await armGuardian(env, {
      journal,
      script: join(env.packageDir, "dist", "guardian.js"),
      runDir: folder.dir,
      leaseMs: LEASE_MS,
    });
    void guardian.lost.then(cutShort);
    return await runLoad(options, { journal, cleanup, cutShort, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    if (error !== signal.reason) folder.emit({ type: "note", text: messageOf(error) });
    return null;
  } finally {
    interrupt.signal.removeEventListener("abort", onInterrupt);
    view.step("ending what was started");
    try {
      for (const failure of await cleanup.run(interrupt.waitingFor)) folder.emit({ type: "note", text: failure });
    } finally {
      await endRun({ env, folder, runId: plan.runId, journal, guardian });
    }
  }
}

interface Execution {
  readonly journal: Journal;
  readonly cleanup: Cleanup;
  readonly cutShort: (cause: string) => void;
  readonly signal: AbortSignal;
}

/** Starts the service and the load, plays the faults, and collects the evidence. */
async function runLoad(options: ExecuteOptions, execution: Execution): Promise<Evidence> {
  const { env, prepared, folder, view, interrupt } = options;
  const { cleanup, signal } = execution;
  const { plan, project } = prepared;
  view.step("starting the service, Prometheus and Toxiproxy");
  const stack = await startStack({
    env,
    runId: plan.runId,
    folder,
    journal: execution.journal,
    project,
    ports: prepared.ports,
    projectDir: prepared.projectDir,
    tools: options.tools,
    cleanup,
    signal,
  });
  const { experiment, runId, scrapeIntervalSeconds } = plan;
  const asking = { env, prometheus: stack.prometheus, scrapeIntervalSeconds };
  const world: EngineWorld = {
    env,
    runId,
    faults: FAULTS,
    findTargets:
      experiment === null
        ? () => Promise.resolve([])
        : createFindTargets({ runId, project, targets: stack.targets, experiment, connect: () => connectEngine(env) }),
    ask: (check, asked) => askCheck(asking, check, asked),
    journal: execution.journal,
    claim: (locks, write) => claimLocks(env, { ownJournal: execution.journal.path, locks, signal }, write),
    emit: folder.emit,
    loadIsOver: () => folder.events().some(({ type }) => type === "load-ended"),
    halted: () => haltReason(env),
    signal,
  };
  if (experiment !== null) await preflightFaults(world, experiment);
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
  await playRun({ env, plan, folder, world, load, prometheus: stack.prometheus, cutShort: execution.cutShort, signal });
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

async function connectEngine(env: Env): Promise<DockerEngine> {
  return (await import("../../lib/docker/index.ts")).createDockerEngine(env);
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

async function openRunJournal({ env, prepared, folder }: ExecuteOptions): Promise<Journal> {
  const { plan, project } = prepared;
  const runner = await identifyProcess(env, env.pid);
  if (runner === null) throw new Error("this process can't identify itself");
  const deadlineAt = env.clock.now() / 1000 + longestRunSeconds(project.spec, plan.load);
  return createJournal(env, { runId: plan.runId, runDir: folder.dir, runner, deadlineAt });
}
