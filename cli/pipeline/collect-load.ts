import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { readK6Log } from "../../lib/k6/log.ts";
import { parseK6Summary } from "../../lib/k6/summary.ts";
import type { K6Check, K6Summary } from "../../lib/k6/summary.ts";
import type { ProgramUse } from "../../lib/machine/program-use.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import type { CheckEvidence, LoadEvidence, MachineEvidence, PhaseLoadEvidence } from "../../lib/run/evidence.ts";
import type { RunEvent } from "../../lib/run/events.ts";
import type { Window } from "../../lib/run/phase.ts";
import { plannedIterations } from "../../lib/run/load.ts";
import type { RunPlan } from "../../lib/run/plan.ts";
import { createPushedNumbers } from "./pushed-numbers.ts";
import type { PushedNumbers } from "./pushed-numbers.ts";

export interface CollectLoadOptions {
  readonly plan: RunPlan;
  readonly events: readonly RunEvent[];
  readonly runDir: string;
  readonly machine: MachineEvidence;
  /** What this machine saw of k6. */
  readonly k6: ProgramUse;
  /** False for a Prometheus of somebody else's: a job `k6` there is another k6. */
  readonly scrapesK6: boolean;
  /** Null when it is away: then only k6 itself can tell. */
  readonly prometheus: PrometheusClient | null;
  /** From the load's start to its end. */
  readonly window: Window;
}

/** What is known of the load: from k6's summary and log, from what it pushed while it ran, and from the machine. */
export async function collectLoad(options: CollectLoadOptions): Promise<Omit<LoadEvidence, "requestsSeenByService">> {
  const { plan, events, machine, window, prometheus } = options;
  const [summary, log] = await Promise.all([
    readSummary(options.runDir),
    readK6Log(join(options.runDir, "k6", "k6.log")),
  ]);
  const ended = events.find((event) => event.type === "load-ended");
  const pushed =
    prometheus === null
      ? null
      : createPushedNumbers({ prometheus, runId: plan.runId, load: window, cores: machine.cores });
  return {
    k6ExitCode: ended?.type === "load-ended" ? ended.k6ExitCode : null,
    exceptions: summary?.exceptions ?? null,
    scriptError: log.scriptError,
    requests: summary?.requests ?? null,
    requestsPushed: null,
    unfinishedIterations: unfinished(options, summary),
    failedRequests: summary?.failedRequests ?? null,
    vusPeak: summary?.vusPeak ?? null,
    droppedIterations: summary?.droppedIterations ?? null,
    ...(pushed === null ? unseen(options) : await whatWasPushed(options, pushed, summary)),
    ...(summary === null || summary.waitingMs === null ? {} : { waitingMs: summary.waitingMs }),
    machine,
    thresholds: summary?.thresholds ?? [],
    checks: summary === null ? await checksOf(pushed) : summary.checks.map(toCheck),
    failures: log.failures,
  };
}

/** Seconds: k6 ends a little after its time. */
const ENDS_WITHIN = 0.5;

/**
 * Planned iterations of a load that ran to its end which neither ended nor were dropped; k6's summary has them all, in the warm-up too. There
 * are none where k6 did not have to wait for its gracefulStop: what is planned is an area, and may be off by a few.
 */
function unfinished({ plan: { load }, events, window }: CollectLoadOptions, summary: K6Summary | null): number | null {
  const planned = plannedIterations(load, 0, load.durationSeconds);
  const early = events.some(({ type }) => type === "objective-broke" || type === "cut-short");
  if (planned === null || early || summary?.iterations == null || summary.droppedIterations === null) return null;
  const waited = window.to - window.from - load.durationSeconds;
  if (waited < load.gracefulStopSeconds - ENDS_WITHIN) return 0;
  return Math.max(0, Math.round(planned - summary.iterations - summary.droppedIterations));
}

function toCheck({ path, passes, fails }: K6Check): CheckEvidence {
  return { name: path.replace(/^::/, ""), passes, fails };
}

/** Without a summary only rates are left: a check that never held shows in them, once at least. */
async function checksOf(pushed: PushedNumbers | null): Promise<readonly CheckEvidence[]> {
  const names = pushed === null ? [] : await pushed.neverHeld();
  return names.map((name) => ({ name, passes: 0, fails: 1 }));
}

/** Without Prometheus: k6's own numbers have no times, so that the warm-up is in them. */
function unseen({ k6, machine, window }: CollectLoadOptions): Pick<Pushed, keyof typeof NOTHING> {
  return { ...NOTHING, cpuShare: k6.cpuShare(window, machine.cores), memoryPeakBytes: k6.memoryPeakBytes() };
}

const NOTHING = {
  iterations: null,
  cpuShare: null,
  memoryPeakBytes: null,
  startLagP99Seconds: null,
  phases: [],
} as const;

type Pushed = Pick<
  LoadEvidence,
  | keyof typeof NOTHING
  | "droppedIterations"
  | "exceptions"
  | "requests"
  | "requestsPushed"
  | "failedRequests"
  | "vusPeak"
>;

async function whatWasPushed(
  options: CollectLoadOptions,
  pushed: PushedNumbers,
  summary: K6Summary | null,
): Promise<Pushed> {
  const { plan, window } = options;
  const use = useOf(options, pushed);
  const judged = { from: window.from + plan.load.warmupSeconds, to: window.to };
  // k6 pushes a counter only once there is something to count; where it says itself that there was, nothing is missing data.
  const noDrops = summary === null || summary.droppedIterations === 0 ? 0 : null;
  const droppedIterations =
    summary?.droppedIterations === 0 ? 0 : await pushed.count("k6_dropped_iterations_total", judged, noDrops);
  const failed = ',expected_response="false"';
  const requestsPushed = await pushed.count("k6_http_reqs_total", window, null);
  return {
    iterations: await pushed.count("k6_iterations_total", judged, 0),
    droppedIterations,
    exceptions: summary?.exceptions ?? (await pushed.count("k6_iteration_exceptions_total", window, 0)),
    requests: summary?.requests ?? requestsPushed,
    requestsPushed: summary === null ? null : requestsPushed,
    failedRequests: summary?.failedRequests ?? (await pushed.count("k6_http_reqs_total", window, 0, failed)),
    vusPeak: summary?.vusPeak ?? (await pushed.vusPeak()),
    cpuShare: await use.cpuShare(window),
    memoryPeakBytes: await use.memoryPeak(),
    // Dropped iterations have no index: after the first of them every lag is too long.
    startLagP99Seconds: droppedIterations === 0 ? await pushed.startLag(judged) : null,
    phases: await collectPhases(options, pushed, noDrops),
  };
}

/** What k6 used: as it was scraped where that was k6, else as this machine saw it. */
function useOf(
  { k6, machine, scrapesK6 }: CollectLoadOptions,
  pushed: PushedNumbers,
): Pick<PushedNumbers, "cpuShare" | "memoryPeak"> {
  return {
    cpuShare: async (window) =>
      (scrapesK6 ? await pushed.cpuShare(window) : null) ?? k6.cpuShare(window, machine.cores),
    memoryPeak: async () => (scrapesK6 ? await pushed.memoryPeak() : null) ?? k6.memoryPeakBytes(),
  };
}

/** The same by phase, where the load's shape has phases of its own. */
async function collectPhases(
  options: CollectLoadOptions,
  pushed: PushedNumbers,
  noDrops: 0 | null,
): Promise<readonly PhaseLoadEvidence[]> {
  const {
    plan,
    events,
    window: { to },
  } = options;
  const use = useOf(options, pushed);
  const own = new Set(plan.load.phases.map(({ phase }) => phase));
  const starts = events.flatMap((event) => (event.type === "phase" ? [event] : []));
  // What an objective ends before its time is not judged any more.
  const end = Math.min(to, ...events.filter(({ type }) => ENDS.includes(type)).map(({ at }) => at));
  const phases: PhaseLoadEvidence[] = [];
  for (const [index, { phase, at }] of starts.entries()) {
    const window = { from: at, to: Math.min(end, starts[index + 1]?.at ?? end) };
    if (!own.has(phase) || window.to <= window.from) continue;
    const droppedIterations = await pushed.count("k6_dropped_iterations_total", window, noDrops);
    phases.push({
      phase,
      window,
      iterations: await pushed.count("k6_iterations_total", window, 0),
      droppedIterations,
      cpuShare: await use.cpuShare(window),
      startLagP99Seconds: droppedIterations === 0 ? await pushed.startLag(window) : null,
    });
  }
  return phases;
}

const ENDS: readonly RunEvent["type"][] = ["objective-broke", "cut-short", "load-ended"];

async function readSummary(runDir: string): Promise<K6Summary | null> {
  const text = await readFile(join(runDir, "k6", "summary.json"), "utf8").catch(() => null);
  return text === null ? null : parseK6Summary(text);
}
