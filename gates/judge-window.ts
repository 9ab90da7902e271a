import { messageOf } from "../lib/errors.ts";
import type { QueryOutcome, SeriesSamples } from "../lib/run/evidence.ts";
import { WINDOW_PHASE } from "../lib/run/gate-record.ts";
import type { GateEvidence } from "../lib/run/gate-record.ts";
import type { ObjectivePlan } from "../lib/run/plan.ts";
import type { GateVerdict, ObjectiveVerdict, Reason } from "../lib/run/verdict.ts";
import { concludeRun } from "./conclude-run.ts";
import { correctFails } from "./statistics/correct-fails.ts";
import { outcomeOf, queriesOf } from "./counters/count-events.ts";
import { REACH_INTERVALS } from "./instances/read-instance.ts";
import { isRatio } from "./model/indicators.ts";
import { instanceOf } from "./instances/instances.ts";
import { judgeObjective } from "./judge-objective.ts";
import type { ObjectiveInput } from "./judge-objective.ts";
import { noPrometheusWords } from "./no-prometheus.ts";
import { agreedInterval, intervalIn } from "./scrape-interval.ts";
import { stretchSecondsOf } from "./stretches.ts";
import { summarise } from "./summary.ts";
import type { JudgedWindow } from "./windows.ts";

const NO_FAULTS = { faults: [], reasons: [], failures: [], leftBehind: [] };

/** Judges a window of a Prometheus without any run, by the same rules. Never throws: a bug in here is a verdict too, with exit code 70. */
export function judgeWindow(evidence: GateEvidence): GateVerdict {
  try {
    return judgeAll(evidence);
  } catch (thrown) {
    const message = `a bug in proofload: ${messageOf(thrown)}`;
    return {
      ...described(evidence, null),
      verdict: "error",
      exitCode: 70,
      summary: message,
      reasons: [{ code: "internal-error", message }],
      objectives: [],
    };
  }
}

function judgeAll(evidence: GateEvidence): GateVerdict {
  const inputs = evidence.question.objectives.map((objective) => objectiveInput(evidence, objective));
  const judged = correctFails(inputs.map(judgeObjective), evidence.question.confidence);
  const { url, error } = evidence.prometheus;
  const nobody = error === null ? null : noPrometheusWords(url, error);
  const objectives = nobody === null ? judged : judged.map((one) => ({ ...one, reason: withMessage(one, nobody) }));
  const outcome = concludeRun({
    objectives,
    capacity: null,
    faults: NO_FAULTS,
    refuted: [],
    upheld: false,
    broken: { failures: [], blocking: [] },
    blocking:
      objectives.length === 0 ? [{ code: "nothing-judged", message: "there is no objective to hold against it" }] : [],
    away: objectives.some(({ verdict }) => verdict === "error"),
    events: [],
  });
  // What keeps each of them from being asked is one reason, however many there are.
  const reasons = nobody === null ? outcome.reasons : objectives.slice(0, 1).map(({ reason }) => reason);
  const intervals = inputs.map(({ scrapeIntervalSeconds }) => scrapeIntervalSeconds).filter((seconds) => seconds > 0);
  return {
    ...described(evidence, intervals.length === 0 ? null : Math.max(...intervals)),
    verdict: outcome.verdict,
    exitCode: outcome.exitCode,
    summary: summarise({ ...outcome, reasons, objectives, capacity: null, faults: [], probes: [] }),
    reasons,
    objectives,
  };
}

function withMessage({ reason }: ObjectiveVerdict, message: string): Reason {
  return { code: reason.code, message };
}

function described(
  { question, prometheus }: GateEvidence,
  scrapeIntervalSeconds: number | null,
): Pick<GateVerdict, "schemaVersion" | "kind" | "window" | "excluded" | "confidence" | "prometheus"> {
  const { url, version, skewSeconds } = prometheus;
  return {
    schemaVersion: 1,
    kind: "gate",
    window: question.window,
    ...(question.excluded === undefined ? {} : { excluded: question.excluded.map((one) => ({ ...one })) }),
    confidence: question.confidence,
    prometheus: { url, version, skewSeconds, scrapeIntervalSeconds },
  };
}

/**
 * What one objective of a window is judged by. The window is asked exactly: an instance's counting runs from its last scrape at or before
 * the beginning to its last one at or before the end, so that neighbouring windows count every event once. A window that was asked by absolute
 * times does not depend on this machine's clock.
 */
export function objectiveInput(evidence: GateEvidence, objective: ObjectivePlan): ObjectiveInput {
  const { question, prometheus } = evidence;
  const { from, to } = question.window;
  const seconds = intervalOf(evidence, objective);
  const window: JudgedWindow = { phase: WINDOW_PHASE, asked: { from, to }, lastMoment: to, start: "before" };
  const stretchSeconds = stretchSecondsOf(question.window);
  const since = from - REACH_INTERVALS * seconds;
  const queries = new Set(queriesOf(objective));
  const own = evidence.counters.filter(
    ({ query, countedBy }) => queries.has(query) && countedBy === objective.countedBy,
  );
  return {
    objective,
    confidence: question.confidence,
    scrapeIntervalSeconds: seconds,
    evidence: {
      counters: own.map((counter) => ({ ...counter, outcome: seenSince(counter.outcome, since) })),
      ...(evidence.ranges === undefined ? {} : { ranges: evidence.ranges }),
      ...(evidence.presence === undefined ? {} : { presence: evidence.presence }),
      up: seenSince(evidence.up, since),
      ...(evidence.starts === undefined ? {} : { starts: evidence.starts }),
      prometheus: { ...prometheus, skewSeconds: question.relative ? prometheus.skewSeconds : null, gaps: [] },
    },
    windows: [window],
    ...(question.excluded === undefined ? {} : { excluded: question.excluded }),
    cutAt: null,
    gaps: [],
    excuses: [],
    restartsAllowed: question.restartsAllowed === true,
    ...(stretchSeconds === null ? {} : { stretchSeconds }),
    failureBurst: evidence.question.failureBurst,
    load: null,
    unhealthy: undefined,
  };
}

/**
 * How often the objective's instances are scraped (or k6 pushes); 0 where nobody can say, and then nothing is near any edge. One that was given is
 * taken as far as the data don't say that it is shorter: by `15m` for 15 s every hole would go unseen.
 */
function intervalOf(evidence: GateEvidence, objective: ObjectivePlan): number {
  if (!isRatio(objective.indicator)) {
    const [query] = queriesOf(objective);
    // It was evaluated as often.
    return evidence.ranges?.find((range) => range.query === query)?.stepSeconds ?? 0;
  }
  const given = evidence.scrapeIntervalSeconds;
  return given === null
    ? foundInterval(evidence, objective, true)
    : Math.min(given, foundInterval(evidence, objective, false) || given);
}

function foundInterval(evidence: GateEvidence, objective: ObjectivePlan, withConfigured: boolean): number {
  const counted = queriesOf(objective).flatMap((query) => seriesIn(outcomeOf(evidence, objective, query)));
  if (objective.countedBy === "caller") {
    const busiest = counted.toSorted((a, b) => b.samples.length - a.samples.length).slice(0, 1);
    return intervalIn(busiest) ?? 0;
  }
  const jobs = new Set(counted.map((one) => instanceOf(one).job));
  const scraped = seriesIn(evidence.up).filter((one) => jobs.has(instanceOf(one).job));
  const configured = withConfigured ? [...jobs].flatMap((job) => evidence.configuredSeconds?.[job] ?? []) : [];
  return agreedInterval(intervalIn(scraped), configured) ?? 0;
}

function seriesIn(outcome: QueryOutcome | undefined): readonly SeriesSamples[] {
  return outcome?.kind === "ok" ? outcome.series : [];
}

/** Without the series that had ended by then. */
function seenSince(outcome: QueryOutcome, since: number): QueryOutcome {
  if (outcome.kind !== "ok") return outcome;
  return { ...outcome, series: outcome.series.filter(({ samples }) => (samples.at(-1)?.[0] ?? since - 1) >= since) };
}
