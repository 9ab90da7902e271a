import type { RunEvent } from "../../lib/run/events.ts";
import type { ExperimentPlan, ProbePlan, ProbeTime } from "../../lib/run/plan.ts";
import type { ProbeVerdict, Reason } from "../../lib/run/verdict.ts";

/** What became of the questions of a hypothesis. */
export interface HypothesisJudgement {
  readonly probes: readonly ProbeVerdict[];
  /** What blocks a pass: a question that nobody asked, or could answer. */
  readonly reasons: readonly Reason[];
  /** What the service failed at. */
  readonly failures: readonly Reason[];
}

type Asked = Extract<RunEvent, { readonly type: "probe" }>;

/** Holds the answers of a run against its hypothesis: each question must have been asked at each of its times, and must have held each time. */
export function judgeHypothesis(
  { faults, steadyState }: Pick<ExperimentPlan, "faults" | "steadyState">,
  events: readonly RunEvent[],
): HypothesisJudgement {
  const asked = events.filter((event): event is Asked => event.type === "probe");
  const groups = faults.filter(({ name, group }) => name === group).map(({ group }) => group);
  const probes = steadyState.flatMap((probe) => probe.when.flatMap((when) => verdictsOf(probe, when, groups, asked)));
  return {
    probes,
    reasons: probes.flatMap((probe) =>
      probe.verdict === "inconclusive" ? [{ code: "probe-unanswered" as const, message: wordsOf(probe) }] : [],
    ),
    failures: probes.flatMap((probe) =>
      // What was not there before the first fault was refuted by none of them: the run ends there by itself.
      probe.verdict === "fail" && probe.when !== "before"
        ? [{ code: "hypothesis-refuted" as const, message: wordsOf(probe) }]
        : [],
    ),
  };
}

function verdictsOf(
  probe: ProbePlan,
  when: ProbeTime,
  groups: readonly string[],
  asked: readonly Asked[],
): readonly ProbeVerdict[] {
  return (when === "before" ? [null] : groups).map((group) => {
    const own = asked.filter((one) => one.probe === probe.name && one.when === when && one.group === group);
    const common = { probe: probe.name, when, group, asked: own.length };
    const refuted = own.find(({ held }) => held === false);
    if (refuted !== undefined) return { ...common, verdict: "fail", at: refuted.at, message: refuted.message };
    const unanswered = own.find(({ held }) => held === null);
    if (unanswered !== undefined) {
      return { ...common, verdict: "inconclusive", at: unanswered.at, message: unanswered.message };
    }
    const last = own.at(-1);
    if (last === undefined) return { ...common, verdict: "inconclusive", at: null, message: "it was not asked" };
    return { ...common, verdict: "pass", at: last.at, message: last.message };
  });
}

function wordsOf({ probe, when, group, verdict, message }: ProbeVerdict): string {
  const time = group === null ? "before the first fault" : `${when} ${group}`;
  return `${probe} ${verdict === "fail" ? "did not hold" : "was not answered"} ${time}: ${message}`;
}
