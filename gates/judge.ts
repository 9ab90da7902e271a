import { messageOf } from "../lib/errors.ts";
import type { RunEvent } from "../lib/run/events.ts";
import type { Evidence, PhaseLoadEvidence } from "../lib/run/evidence.ts";
import type { RunPlan } from "../lib/run/plan.ts";
import { isJudgedPhase } from "../lib/run/phase.ts";
import type { CapacityVerdict, ObjectiveVerdict, Reason, RunVerdict } from "../lib/run/verdict.ts";
import { judgeBroken } from "./run/broken-objective.ts";
import { concludeRun } from "./conclude-run.ts";
import { correctFails } from "./statistics/correct-fails.ts";
import { excusesOf } from "./excuses.ts";
import { withTimes } from "./run/fault-times.ts";
import { judgeFaults } from "./run/faults.ts";
import { judgeAlerts } from "./run/judge-alerts.ts";
import { judgeCapacity } from "./run/judge-capacity.ts";
import { judgeHypothesis } from "./run/judge-hypothesis.ts";
import { judgeLoad } from "./run/judge-load.ts";
import type { LoadInput } from "./run/judge-load.ts";
import { judgeObjective } from "./judge-objective.ts";
import { isStep } from "./run/judge-steps.ts";
import { loadEndOf } from "./run/load-end.ts";
import { gapsOf, runReasons } from "./run-reasons.ts";
import { judgePhaseLoad } from "./run/step-load.ts";
import { summarise } from "./summary.ts";
import { beganWell, busyMachine, unhealthyGenerator } from "./run/unhealthy-generator.ts";
import { unseenRequests } from "./run/unseen-requests.ts";
import { runWindows } from "./windows.ts";

/** What a verdict is made from. */
export interface JudgeInput {
  readonly plan: RunPlan;
  readonly events: readonly RunEvent[];
  /** Null when the run ended before any could be collected. */
  readonly evidence: Evidence | null;
}

/** Turns evidence into a verdict. Never throws: a bug in here is a verdict too, `error` with exit code 70. */
export function judge(input: JudgeInput): RunVerdict {
  try {
    return judgeRun(input);
  } catch (thrown) {
    return brokenVerdict(input, thrown);
  }
}

function judgeRun({ plan, events, evidence }: JudgeInput): RunVerdict {
  const { scrapeIntervalSeconds, gate, limits } = plan;
  const { phases, judged } = runWindows(events, scrapeIntervalSeconds, plan.load.durationSeconds);
  const planned = plan.experiment?.faults ?? [];
  const faults = judgeFaults(planned, events);
  const excuses = excusesOf(planned, faults.faults);
  const hypothesis = plan.experiment === null ? null : judgeHypothesis(plan.experiment, events);
  const alerts = plan.experiment === null ? null : judgeAlerts(plan.experiment, events);
  const end = loadEndOf(events);
  const reached = reachedPhases(events);
  const stress = gate.capacity !== null || gate.objectives.some(({ phase }) => isStep(phase));
  const loadInput: LoadInput = {
    load: plan.load,
    limits,
    evidence: evidence?.load ?? null,
    end,
    reached,
    held: stress ? [] : null,
    countsRequests: plan.service.countsRequests,
    unseenRequests: unseenRequests(plan, excuses, evidence),
  };
  const wholeLoad = judgeLoad(loadInput);
  const cutAt = events.find(({ type }) => type === "cut-short")?.at ?? null;
  const { confidence, failureBurst } = gate;
  const ended =
    evidence === null
      ? null
      : { unfinishedIterations: evidence.load.unfinishedIterations, endedAt: evidence.window.to };
  const shared = {
    confidence,
    failureBurst,
    scrapeIntervalSeconds,
    evidence,
    load: ended,
    windows: judged,
    excuses,
    cutAt,
  };
  // Of both: neither may hide what the other one saw.
  const gaps = [...(evidence?.prometheus.gaps ?? []), ...gapsOf(events)];
  // A stress ends where its generator may be short of CPU, which takes nothing from the steps before.
  const doubtIn = (phase: string, run: Reason | undefined): Reason | undefined =>
    stress ? (run ?? judgePhaseLoad({ ...loadInput, phase, startedAt: end.startedAt }).unhealthy) : run;
  const judgeAll = (run: Reason | undefined): readonly ObjectiveVerdict[] =>
    correctFails(
      gate.objectives.map((objective) =>
        judgeObjective({ ...shared, objective, gaps, unhealthy: doubtIn(objective.phase, run) }),
      ),
      confidence,
    );
  const generator = unhealthyGenerator(wholeLoad);
  const undoubted = judgeAll(generator);
  const busy = busyMachine(loadInput.evidence, limits);
  // What a stress finds is how much the machine has to give.
  const unhealthyRun = generator ?? (!stress && beganWell(undoubted) ? undefined : busy);
  const objectives = unhealthyRun === generator ? undoubted : judgeAll(unhealthyRun);
  const capacity = judgeCapacity({
    plan,
    objectives,
    evidence: loadInput.evidence,
    end,
    reached,
    unhealthy: unhealthyRun,
  });
  const load = capacity === null ? wholeLoad : judgeLoad({ ...loadInput, held: heldPhases(capacity, evidence) });
  const decidesItself = (phase: string): boolean => capacity === null || !isStep(phase);
  const broke = end.broke !== null && decidesItself(end.broke.phase) ? end.broke : null;
  const deciding = objectives.filter(({ phase }) => decidesItself(phase));
  // A phase that broke late began well, too: that says nothing of the time in which it broke.
  const brokeDoubt = (phase: string): Reason | undefined =>
    phase === objectives[0]?.phase ? (generator ?? busy) : unhealthyRun;
  const outcome = concludeRun({
    objectives: deciding,
    capacity,
    faults,
    refuted: [...(hypothesis?.failures ?? []), ...(alerts?.failures ?? [])],
    upheld: false,
    broken: judgeBroken(broke, broke === null ? undefined : doubtIn(broke.phase, brokeDoubt(broke.phase))),
    away: objectives.some(({ verdict }) => verdict === "error"),
    blocking: [
      ...runReasons(plan, events, evidence),
      ...load.reasons,
      ...faults.reasons,
      ...(hypothesis?.reasons ?? []),
    ],
    events,
  });
  return {
    schemaVersion: 1,
    runId: plan.runId,
    verdict: outcome.verdict,
    exitCode: outcome.exitCode,
    summary: summarise({
      ...outcome,
      objectives: deciding,
      capacity,
      faults: faults.faults,
      probes: hypothesis?.probes ?? [],
    }),
    reasons: outcome.reasons,
    objectives,
    faults: withTimes(faults.faults, plan.experiment, { events, objectives }),
    ...(hypothesis === null || hypothesis.probes.length === 0 ? {} : { probes: hypothesis.probes }),
    ...(alerts === null || alerts.alerts.length === 0 ? {} : { alerts: alerts.alerts }),
    load,
    capacity,
    phases,
    confidence: gate.confidence,
    ...(plan.tries === undefined ? {} : { tries: plan.tries }),
  };
}

function reachedPhases(events: readonly RunEvent[]): ReadonlySet<string> {
  const end =
    events.find(({ type }) => type === "objective-broke" || type === "cut-short")?.at ?? Number.POSITIVE_INFINITY;
  return new Set(events.flatMap((event) => (event.type === "phase" && event.at < end ? [event.phase] : [])));
}

/** The phases of a stress whose load had to be delivered: all but the steps above the rate that it held. */
function heldPhases({ steps, heldRate }: CapacityVerdict, evidence: Evidence | null): readonly PhaseLoadEvidence[] {
  const dropped = new Set(steps.filter(({ rate }) => heldRate === null || rate > heldRate).map(({ phase }) => phase));
  return (evidence?.load.phases ?? []).filter(({ phase }) => isJudgedPhase(phase) && !dropped.has(phase));
}

function brokenVerdict({ plan, events }: JudgeInput, thrown: unknown): RunVerdict {
  const message = `a bug in proofload: ${messageOf(thrown)}`;
  const left = Array.isArray(events) && events.some(({ type }) => type === "fault-left-behind");
  return {
    schemaVersion: 1,
    runId: plan.runId,
    verdict: "error",
    exitCode: left ? 5 : 70,
    summary: message,
    reasons: [{ code: "internal-error", message }],
    objectives: [],
    faults: [],
    load: {
      plannedIterations: null,
      startedIterations: null,
      deliveredShare: null,
      requests: null,
      requestsSeenByService: null,
      cpuShare: null,
      startLagP99Seconds: null,
      reasons: [],
    },
    capacity: null,
    phases: [],
    confidence: plan.gate.confidence,
  };
}
