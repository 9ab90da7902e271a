import { messageOf } from "../lib/errors.ts";
import { worstExitCode } from "../lib/exit-codes.ts";
import type { ExitCode } from "../lib/exit-codes.ts";
import type { RunEvent } from "../lib/run/events.ts";
import type { Evidence } from "../lib/run/evidence.ts";
import type { RunPlan } from "../lib/run/plan.ts";
import type { ObjectiveVerdict, Reason, RunVerdict } from "../lib/run/verdict.ts";
import { excusesOf } from "./excuses.ts";
import { judgeFaults } from "./faults.ts";
import type { FaultsJudgement } from "./faults.ts";
import { judgeLoad, unhealthyGenerator } from "./judge-load.ts";
import { judgeObjective } from "./judge-objective.ts";
import { gapsOf, runReasons } from "./run-reasons.ts";
import { summarise } from "./summary.ts";
import { unseenRequests } from "./unseen-requests.ts";
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
  const { scrapeIntervalSeconds, gate } = plan;
  const { phases, judged } = runWindows(events, scrapeIntervalSeconds);
  const planned = plan.experiment?.faults ?? [];
  const faults = judgeFaults(planned, events);
  const excuses = excusesOf(planned, faults.faults);
  const load = judgeLoad({
    load: plan.load,
    limits: plan.limits,
    evidence: evidence?.load ?? null,
    unseenRequests: unseenRequests(plan, excuses, evidence),
  });
  const cutAt = events.find(({ type }) => type === "cut-short")?.at ?? null;
  const shared = { confidence: gate.confidence, scrapeIntervalSeconds, evidence, windows: judged, excuses, cutAt };
  // Of both: neither may hide what the other one saw.
  const gaps = [...(evidence?.prometheus.gaps ?? []), ...gapsOf(events)];
  const unhealthy = unhealthyGenerator(load);
  const objectives = gate.objectives.map((objective) => judgeObjective({ ...shared, objective, gaps, unhealthy }));
  const run = [...runReasons(plan, events, evidence), ...load.reasons, ...faults.reasons];
  const failed = objectives.filter(({ verdict }) => verdict === "fail").map(reasonOf);
  const undecided = objectives.filter(({ verdict }) => verdict !== "pass" && verdict !== "fail").map(reasonOf);
  const outcome = conclude({ objectives, faults, blocking: run, events });
  // The weightiest first: what a reader is told to do is the first one's cure.
  const reasons = [...faults.leftBehind, ...faults.failures, ...failed, ...run, ...undecided];
  return {
    schemaVersion: 1,
    runId: plan.runId,
    ...outcome,
    summary: summarise({
      verdict: outcome.verdict,
      objectives,
      faults: faults.faults,
      failures: faults.failures,
      reasons,
    }),
    reasons,
    objectives,
    faults: faults.faults,
    load,
    phases,
    confidence: gate.confidence,
  };
}

interface Findings {
  readonly objectives: readonly ObjectiveVerdict[];
  readonly faults: FaultsJudgement;
  readonly blocking: readonly Reason[];
  readonly events: readonly RunEvent[];
}

/** The verdict's word and exit code: error before fail before inconclusive; a pass is what nothing stands against. */
function conclude(findings: Findings): Pick<RunVerdict, "verdict" | "exitCode"> {
  const { objectives, faults, blocking, events } = findings;
  const has = (word: ObjectiveVerdict["verdict"]): boolean => objectives.some(({ verdict }) => verdict === word);
  const failed = has("fail") || faults.failures.length > 0;
  const away = has("error") || blocking.some(({ code }) => code === "prometheus-unreachable");
  const codes: ExitCode[] = [];
  if (faults.leftBehind.length > 0) codes.push(5);
  if (away) codes.push(4);
  for (const event of events) {
    if (event.type === "cut-short") codes.push(event.cause === "SIGINT" ? 130 : event.cause === "SIGTERM" ? 143 : 3);
  }
  if (failed) codes.push(1);
  const proven =
    objectives.length > 0 && objectives.every(({ verdict }) => verdict === "pass") && blocking.length === 0;
  if (codes.length === 0) codes.push(proven ? 0 : 3);
  const exitCode = worstExitCode(codes);
  if (exitCode === 0) return { verdict: "pass", exitCode };
  if (faults.leftBehind.length > 0 || away) return { verdict: "error", exitCode };
  return { verdict: failed ? "fail" : "inconclusive", exitCode };
}

function reasonOf({ slo, phase, reason }: ObjectiveVerdict): Reason {
  return { code: reason.code, message: `${slo} in ${phase}: ${reason.message}` };
}

function brokenVerdict({ plan, events }: JudgeInput, thrown: unknown): RunVerdict {
  const message = `a bug in proofload: ${messageOf(thrown)}`;
  const load = judgeLoad({ load: plan.load, limits: plan.limits, evidence: null, unseenRequests: 0 });
  return {
    schemaVersion: 1,
    runId: plan.runId,
    verdict: "error",
    exitCode: Array.isArray(events) && events.some(({ type }) => type === "fault-left-behind") ? 5 : 70,
    summary: message,
    reasons: [{ code: "internal-error", message }],
    objectives: [],
    faults: [],
    load,
    phases: [],
    confidence: plan.gate.confidence,
  };
}
