import { WINDOW_PHASE } from "../../lib/run/gate-record.ts";
import type { GateRecord } from "../../lib/run/gate-record.ts";
import type { PhaseWindow } from "../../lib/run/phase.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import type { ReasonCode } from "../../lib/run/reasons.ts";
import type {
  AlertVerdict,
  CapacityVerdict,
  FaultProof,
  FaultVerdict,
  GateVerdict,
  ObjectiveVerdict,
  ProbeVerdict,
  RunVerdict,
  VerdictWord,
} from "../../lib/run/verdict.ts";
import { capacityWords, isCapacityStep, rateWords, stepTitle } from "../words/describe-capacity.ts";
import { intervalWords, notesOf, outcomeWords, promiseOf } from "../words/describe-objective.ts";
import type { PlannedObjectives } from "../words/describe-objective.ts";
import { proofWords } from "../words/describe-proof.ts";
import { countOf, formatShare } from "../words/format.ts";
import { counterName, cureOf } from "../words/verdict-words.ts";

/** How a testcase ended; a JUnit `failure` is a missed objective, an `error` is anything that leaves it unproven. */
export type Outcome =
  | { readonly kind: "passed" }
  | {
      readonly kind: "failure" | "error";
      readonly type: ReasonCode;
      readonly message: string;
      readonly details: string;
    };

export interface TestCase {
  readonly name: string;
  readonly seconds: number;
  readonly outcome: Outcome;
}

/** The run as testcases; there is one that didn't pass whenever the verdict isn't a pass. */
export function testCasesOf(record: RunRecord): readonly TestCase[] {
  const { verdict } = record;
  const { capacity } = verdict;
  const cases = [
    ...(capacity === null ? [] : [capacityCase(record, capacity)]),
    // The steps that broke are what a search for the highest rate is about, and no failure of their own.
    ...verdict.objectives
      .filter(({ phase }) => !isCapacityStep(capacity, phase))
      .map((objective) => objectiveCase(record, objective)),
    ...verdict.faults.flatMap((fault) => faultCases(fault)),
    ...(verdict.probes ?? []).map(probeCase),
    ...(verdict.alerts ?? []).map(alertCase),
    loadCase(record),
  ];
  return withVerdict(cases, verdict);
}

/** A gate's objectives as testcases; there is one that didn't pass whenever the verdict isn't a pass. */
export function gateCasesOf({ evidence, verdict }: GateRecord): readonly TestCase[] {
  const record = {
    plan: { gate: evidence.question },
    verdict: { phases: [{ phase: WINDOW_PHASE, ...verdict.window }] },
  };
  return withVerdict(
    verdict.objectives.map((objective) => objectiveCase(record, objective)),
    verdict,
  );
}

function withVerdict(
  cases: readonly TestCase[],
  { verdict, reasons, summary }: Pick<RunVerdict | GateVerdict, "verdict" | "reasons" | "summary">,
): readonly TestCase[] {
  const red = verdict === "fail" ? ["failure"] : ["failure", "error"];
  if (verdict === "pass" || cases.some(({ outcome }) => red.includes(outcome.kind))) return cases;
  const type = reasons[0]?.code ?? "internal-error";
  return [...cases, { name: "verdict", seconds: 0, outcome: outcomeFor(verdict, type, summary, "") }];
}

function capacityCase({ verdict }: RunRecord, capacity: CapacityVerdict): TestCase {
  const { atLeast, reason, steps } = capacity;
  const windows = verdict.phases.filter(({ phase }) => isCapacityStep(capacity, phase));
  const details = [
    capacityWords(capacity),
    `cure: ${cureOf(reason.code)}`,
    ...steps.map(({ phase, rate, verdict, why }) =>
      [`${phase}: ${rateWords(rate)}`, stepTitle(verdict), ...(why === null ? [] : [why])].join(", "),
    ),
  ].join("\n");
  return {
    name: atLeast === null ? "capacity" : `capacity of at least ${rateWords(atLeast)}`,
    seconds: windows.reduce((sum, { from, to }) => sum + to - from, 0),
    outcome: outcomeFor(capacity.verdict, reason.code, reason.message, details),
  };
}

/** What is needed to make a testcase of an objective. */
interface ObjectiveRecord {
  readonly plan: PlannedObjectives;
  readonly verdict: { readonly phases: readonly PhaseWindow[] };
}

/** One objective as a testcase, named after its SLO and phase. */
function objectiveCase({ plan, verdict }: ObjectiveRecord, objective: ObjectiveVerdict): TestCase {
  const { slo, phase, reason, value, countedBy, queries, source } = objective;
  const window = verdict.phases.find((entry) => entry.phase === phase);
  const details = [
    objective.title,
    `promised: ${promiseOf(objective, plan)}`,
    `seen: ${value === null ? "nothing" : [formatShare(value), intervalWords(objective)].filter(Boolean).join(", ")}`,
    ...notesOf(objective),
    `reason: ${reason.message}`,
    `cure: ${cureOf(reason.code)}`,
    `counted by: ${counterName(countedBy)}`,
    `defined in: ${source.file}:${source.line}`,
    ...queries.map((query) => `query: ${query}`),
  ].join("\n");
  return {
    name: `${slo} in ${phase}`,
    seconds: window === undefined ? 0 : window.to - window.from,
    outcome: outcomeFor(objective.verdict, reason.code, outcomeWords(objective, plan), details),
  };
}

function faultCases({ name, proof, undoProof, injectedAt, undoneAt }: FaultVerdict): readonly TestCase[] {
  const seconds = injectedAt === null || undoneAt === null ? 0 : undoneAt - injectedAt;
  return [
    { name: `fault ${name} had an effect`, seconds, outcome: proofOutcome(proof, "fault-not-proven") },
    { name: `fault ${name} was undone`, seconds: 0, outcome: proofOutcome(undoProof, "fault-not-undone") },
  ];
}

function probeCase({ probe, when, group, verdict, message }: ProbeVerdict): TestCase {
  const type = verdict === "fail" ? "hypothesis-refuted" : "probe-unanswered";
  const name = `${probe} ${group === null ? "before the first fault" : `${when} ${group}`}`;
  return { name, seconds: 0, outcome: outcomeFor(verdict, type, message, cureOf(type)) };
}

function alertCase({ alert, expected, verdict, message }: AlertVerdict): TestCase {
  const type = verdict === "inconclusive" ? "alert-unseen" : expected ? "alert-missed" : "alert-forbidden";
  const name = `alert ${alert} ${expected ? "fires" : "does not fire"}`;
  return { name, seconds: 0, outcome: outcomeFor(verdict, type, message, cureOf(type)) };
}

function proofOutcome(proof: FaultProof, type: ReasonCode): Outcome {
  return proof.kind === "proven"
    ? { kind: "passed" }
    : { kind: "error", type, message: proofWords(proof), details: cureOf(type) };
}

function loadCase({ plan, verdict }: RunRecord): TestCase {
  const { reasons, startedIterations, plannedIterations } = verdict.load;
  const [first] = reasons;
  const outcome: Outcome =
    first !== undefined
      ? {
          kind: "error",
          type: first.code,
          message: first.message,
          details: reasons.map(({ code, message }) => `${code}: ${message}\n${cureOf(code)}`).join("\n"),
        }
      : startedIterations === null
        ? {
            kind: "error",
            type: "load-unobserved",
            message: `nobody knows how many ${plannedIterations === null ? "iterations" : `of ${countOf(plannedIterations, "iteration")}`} were started`,
            details: cureOf("load-unobserved"),
          }
        : { kind: "passed" };
  return { name: "load was delivered", seconds: plan.load.durationSeconds, outcome };
}

function outcomeFor(verdict: VerdictWord, type: ReasonCode, message: string, details: string): Outcome {
  switch (verdict) {
    case "pass":
      return { kind: "passed" };
    case "fail":
      return { kind: "failure", type, message, details };
    case "inconclusive":
    case "error":
      return { kind: "error", type, message, details };
  }
}
