import { join } from "node:path";

import { armGuardian } from "../../chaos/arm-guardian.ts";
import type { Guardian } from "../../chaos/arm-guardian.ts";
import { playFaults, preflightFaults } from "../../chaos/engine.ts";
import type { EngineWorld } from "../../chaos/engine.ts";
import { FAULTS } from "../../chaos/faults/index.ts";
import { createJournal, retireJournal } from "../../chaos/journal.ts";
import type { Journal } from "../../chaos/journal.ts";
import type { Env } from "../../lib/env.ts";
import { messageOf, ProofloadError } from "../../lib/errors.ts";
import { identifyProcess } from "../../lib/process/identity.ts";
import { endMarkedProcesses } from "../../lib/process/marked.ts";
import type { Evidence } from "../../lib/run/evidence.ts";
import type { RunPlan } from "../../lib/run/plan.ts";
import type { Tool, ToolName } from "../../lib/tools/index.ts";
import type { Interrupt } from "../interrupt.ts";
import type { LiveView } from "../live-view/live-view.ts";
import type { RunFolder } from "../run-folder.ts";
import { checkMetrics } from "./check-metrics.ts";
import { createCleanup } from "./cleanup.ts";
import type { Cleanup } from "./cleanup.ts";
import { collectEvidence } from "./collect.ts";
import type { Prepared } from "./prepare.ts";
import { startLoad } from "./run-load.ts";
import type { RunningLoad } from "./run-load.ts";
import { startStack } from "./start-stack.ts";
import type { Stack } from "./start-stack.ts";
import { waitForScrapes } from "./wait-for-scrapes.ts";
import { watchPrometheus } from "./watch-prometheus.ts";

export interface ExecuteOptions {
  readonly env: Env;
  readonly prepared: Prepared;
  readonly folder: RunFolder;
  readonly tools: ReadonlyMap<ToolName, Tool>;
  readonly interrupt: Interrupt;
  readonly view: LiveView;
}

const LEASE_MS = 15_000;
const MARKED_GRACE_MS = 1000;
/** Over the planned length of the load: start-up, undo and evidence. */
const DEADLINE_SLACK_SECONDS = 180;

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

  const journal = await openRunJournal(env, plan, folder);
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
      await endRun(options, journal, guardian);
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
  const { plan } = prepared;
  view.step("starting the service, Prometheus and Toxiproxy");
  const stack = await startStack({
    env,
    runId: plan.runId,
    folder,
    project: prepared.project,
    ports: prepared.ports,
    projectDir: prepared.projectDir,
    environment: plan.service.environment,
    tools: options.tools,
    cleanup,
    signal,
  });
  const world: EngineWorld = {
    env,
    runId: plan.runId,
    faults: FAULTS,
    targets: stack.targets,
    journal: execution.journal,
    emit: folder.emit,
    loadIsOver: () => folder.events().some(({ type }) => type === "load-ended"),
    signal,
  };
  await preflightFaults(world, plan.experiment?.faults ?? []);
  await checkMetrics(env, plan, stack.jobs, signal);
  const jobs = stack.jobs.map(({ name }) => name);
  const { warmupSeconds } = plan.load;
  await waitForScrapes(env, stack.prometheus, jobs, { startedMs: stack.prometheusStartedMs, warmupSeconds, signal });
  view.step("starting k6");
  const load = await startLoad({
    env,
    plan,
    folder,
    stack,
    k6: options.tools.get("k6")?.path ?? "k6",
    bundle: prepared.bundle,
    cleanup,
    signal,
  });
  view.loadStarted(stack.prometheus);
  await playRun(options, { world, load, stack, cutShort: execution.cutShort, signal });
  view.step("collecting the evidence");
  interrupt.waitingFor("the evidence to be collected");
  const evidence = await collectEvidence({
    env,
    plan,
    events: folder.events(),
    runDir: folder.dir,
    prometheus: stack.prometheus,
    serviceJobs: jobs,
    requestsSelector: prepared.project.spec.service.requests,
    tools: Object.fromEntries([...options.tools.values()].map(({ name, version }) => [name, version])),
  });
  // What could not be read stays on the disk, for people to look at.
  if (evidence.prometheus.reachable) stack.dropSamples();
  return evidence;
}

/** Lets the guardian go when nothing is left; else it tries, too, and what it can't end is told, with the journal kept. */
async function endRun(
  { env, prepared, folder }: ExecuteOptions,
  journal: Journal,
  guardian: Guardian | null,
): Promise<void> {
  const { runId } = prepared.plan;
  const processes = await endMarkedProcesses(env, runId, MARKED_GRACE_MS);
  const { open } = journal.read();
  folder.emit({ type: "run-ended" });
  if (open.length === 0 && processes.length === 0) {
    await guardian?.disarm();
    retireJournal(journal);
    return;
  }
  journal.close();
  if (guardian !== null && (await guardian.handOver())) {
    for (const { fault } of open) folder.emit({ type: "fault-undone", fault });
    return;
  }
  const told = folder.events().flatMap((event) => (event.type === "fault-left-behind" ? [event.fault] : []));
  const left = [
    ...open.map(({ fault, target }) => ({ fault, message: `it may still be on ${target}` })),
    ...processes.map((pid) => ({ fault: `process ${pid}`, message: "it could not be ended" })),
  ];
  for (const { fault, message } of left.filter((one) => !told.includes(one.fault))) {
    folder.emit({ type: "fault-left-behind", fault, message, command: "proofload chaos recover" });
  }
}

interface Playing {
  readonly world: EngineWorld;
  readonly load: RunningLoad;
  readonly stack: Stack;
  readonly cutShort: (cause: string) => void;
  readonly signal: AbortSignal;
}

/** Plays the experiment while the load runs, and returns when the load has ended and every fault is undone. */
async function playRun(options: ExecuteOptions, playing: Playing): Promise<void> {
  const { env, prepared, folder } = options;
  const { plan } = prepared;
  const { load, cutShort, signal } = playing;
  const watching = new AbortController();
  const watch = watchPrometheus(env, playing.stack.prometheus.url, folder, watching.signal);
  const plannedEndMs = load.startedMs + plan.load.durationSeconds * 1000;
  const ended = load.ended.then((code) => {
    // k6 stops by itself at the end, give or take its own rounding.
    if (env.clock.monotonicMs() < plannedEndMs - 1000) cutShort(`k6 ended early (exit code ${code ?? "none"})`);
  });
  const faults = playFaults(playing.world, plan.experiment?.faults ?? [], load.startedMs);
  const [playedBaseline, played] = await Promise.allSettled([tagBaseline(options, playing), faults]);
  for (const result of [playedBaseline, played]) {
    if (result.status === "rejected" && !signal.aborted) cutShort(messageOf(result.reason));
  }
  await ended;
  watching.abort(new Error("the load has ended"));
  await watch;
}

/** The baseline begins where the warm-up ends. */
async function tagBaseline({ env, prepared, folder }: ExecuteOptions, { load, signal }: Playing): Promise<void> {
  const { warmupSeconds } = prepared.plan.load;
  if (warmupSeconds === 0) return;
  await env.clock.sleep(Math.max(0, load.startedMs + warmupSeconds * 1000 - env.clock.monotonicMs()), signal);
  folder.emit({ type: "phase", phase: "baseline" });
}

async function openRunJournal(env: Env, plan: RunPlan, folder: RunFolder): Promise<Journal> {
  const runner = await identifyProcess(env, env.pid);
  if (runner === null) throw new Error("this process can't identify itself");
  const deadlineAt = env.clock.now() / 1000 + plan.load.durationSeconds + DEADLINE_SLACK_SECONDS;
  return createJournal(env, { runId: plan.runId, runDir: folder.dir, runner, deadlineAt });
}
