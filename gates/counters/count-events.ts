import type { CounterEvidence, Evidence, QueryOutcome, SeriesSamples } from "../../lib/run/evidence.ts";
import type { ObjectivePlan } from "../../lib/run/plan.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { checkInstances } from "./check-instances.ts";
import { checkParts, whyPartIsAbsent } from "./check-parts.ts";
import { countPushed } from "./count-pushed.ts";
import { countScraped } from "./count-scraped.ts";
import type { Excuse } from "../excuses.ts";
import { isRatio, queriesOfIndicator } from "../model/indicators.ts";
import type { CountedObjective } from "../model/indicators.ts";
import { PROCESS_START } from "../instances/process-starts.ts";
import { jobsNamedBy } from "../instances/scraped-jobs.ts";
import type { Tally } from "./samples.ts";
import type { JudgedWindow } from "../windows.ts";

/** The part of the evidence that an objective is measured in. */
export type CountedEvidence = Pick<Evidence, "counters" | "ranges" | "presence" | "up" | "starts">;

/** What is needed to count an objective's events. */
export interface CountRequest {
  readonly objective: CountedObjective;
  readonly window: JudgedWindow;
  readonly evidence: CountedEvidence;
  readonly scrapeIntervalSeconds: number;
  readonly excuses: readonly Excuse[];
  /** Whether instances may start again, come and go. */
  readonly restartsAllowed?: boolean;
  /** In a long window, events are taken together in stretches of so many seconds. */
  readonly stretchSeconds?: number;
}

/** The queries of an objective; where it has two, its part (good or bad) first, then its total. */
export function queriesOf({ indicator }: Pick<ObjectivePlan, "indicator">): readonly string[] {
  return queriesOfIndicator(indicator);
}

/** What Prometheus answered to a query of an objective, if it was asked. */
export function outcomeOf(
  evidence: CountedEvidence,
  { countedBy, indicator }: Pick<ObjectivePlan, "countedBy" | "indicator">,
  query: string,
): QueryOutcome | undefined {
  if (!isRatio(indicator)) return evidence.ranges?.find((range) => range.query === query)?.outcome;
  const isIt = (counter: CounterEvidence): boolean => counter.query === query && counter.countedBy === countedBy;
  return evidence.counters.find(isIt)?.outcome;
}

/** Counts an objective's events in its window from raw samples, or says why that can't be trusted. */
export function countEvents(request: CountRequest): Attempt<Tally> {
  const {
    objective,
    window,
    evidence,
    scrapeIntervalSeconds,
    excuses,
    restartsAllowed = false,
    stretchSeconds,
  } = request;
  const { kind, total: totalQuery } = objective.indicator;
  const partQuery = objective.indicator.kind === "good" ? objective.indicator.good : objective.indicator.bad;
  const total = seriesOf(outcomeOf(evidence, objective, totalQuery), totalQuery);
  if (!total.ok) return total;
  const part = seriesOf(outcomeOf(evidence, objective, partQuery), partQuery);
  if (!part.ok) return part;
  const checked = checkParts({ kind, partQuery, part: part.value, totalQuery, total: total.value });
  if (!checked.ok) return checked;
  const counters = { kind, part: part.value, total: total.value, window, scrapeIntervalSeconds };
  if (objective.countedBy === "caller") return countPushed(counters);
  const up = seriesOf(evidence.up, "up");
  if (!up.ok) return up;
  const starts = startSeriesOf(evidence);
  if (!starts.ok) return starts;
  const whole = checkInstances(totalQuery, total.value, up.value);
  if (!whole.ok) return whole;
  return countScraped({
    ...counters,
    jobs: jobsNamedBy([partQuery, totalQuery]),
    up: up.value,
    starts: starts.value,
    excuses,
    restartsAllowed,
    whyAbsent: whyPartIsAbsent(partQuery, totalQuery),
    ...(stretchSeconds === undefined ? {} : { stretchSeconds }),
  });
}

const CODE_OF = {
  unreachable: "prometheus-unreachable",
  denied: "credentials-refused",
  "bad-response": "query-failed",
} as const;

/** The series that tell when processes started; none where they were not asked for. */
export function startSeriesOf({ starts }: Pick<CountedEvidence, "starts">): Attempt<readonly SeriesSamples[]> {
  return starts === undefined ? found([]) : seriesOf(starts, PROCESS_START);
}

/** The series of an answer that is whole and undoubted. */
export function seriesOf(outcome: QueryOutcome | undefined, query: string): Attempt<readonly SeriesSamples[]> {
  if (outcome === undefined) return blocked("no-data", `${query} was not asked`);
  if (outcome.kind !== "ok") {
    return blocked(CODE_OF[outcome.kind], `${query}: ${outcome.message}`);
  }
  const notices = [...outcome.warnings, ...outcome.infos];
  if (notices.length > 0) return blocked("query-warning", `${query}: ${notices.join("; ")}`);
  return found(outcome.series.filter(({ samples }) => samples.length > 0));
}
