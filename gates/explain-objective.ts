import type { PresenceEvidence, QueryOutcome, SeriesSamples } from "../lib/run/evidence.ts";
import type { GateEvidence } from "../lib/run/gate-record.ts";
import type { ObjectivePlan } from "../lib/run/plan.ts";
import type { RunRecord } from "../lib/run/record.ts";
import type { ObjectiveVerdict } from "../lib/run/verdict.ts";
import { outcomeOf, queriesOf } from "./counters/count-events.ts";
import type { CountedEvidence } from "./counters/count-events.ts";
import { jobsToLeave, readInstance, scrapesOf } from "./instances/read-instance.ts";
import { formatCount, formatShare, formatTime } from "./format.ts";
import { isRatio } from "./model/indicators.ts";
import { instanceOf } from "./instances/instances.ts";
import { windowToHold } from "./run/judge-recovery.ts";
import { objectiveInput } from "./judge-window.ts";
import { selectorsOf } from "./promql/expression.ts";
import type { PlacedSelector } from "./promql/expression.ts";
import { presenceOf } from "./expressions/read-presence.ts";
import { readBy } from "./instances/scraped-jobs.ts";
import { seriesKey, showSeries } from "./counters/samples.ts";
import { increaseOver } from "./counters/steps.ts";
import type { Step } from "./counters/steps.ts";
import { runWindows } from "./windows.ts";
import type { JudgedWindow } from "./windows.ts";

/** The steps from samples to the verdict of one objective of a window without a run, a line each. */
export function explainObjective(
  evidence: GateEvidence,
  objective: ObjectivePlan,
  verdict: ObjectiveVerdict,
): readonly string[] {
  const { evidence: counted, windows, scrapeIntervalSeconds, restartsAllowed } = objectiveInput(evidence, objective);
  const source = evidence.scrapeIntervalSeconds === null ? "found" : "given";
  return explain({
    objective,
    verdict,
    evidence: counted,
    window: windows[0],
    scrapeIntervalSeconds,
    interval: scrapeIntervalSeconds === 0 ? null : source,
    restartsAllowed: restartsAllowed === true,
  });
}

/** The same for one objective of a run. */
export function explainInRun(
  { plan, events, evidence }: RunRecord,
  objective: ObjectivePlan,
  verdict: ObjectiveVerdict,
): readonly string[] {
  const { scrapeIntervalSeconds, load } = plan;
  const window = runWindows(events, scrapeIntervalSeconds, load.durationSeconds).judged.find(
    ({ phase }) => phase === objective.phase,
  );
  return explain({
    objective,
    verdict,
    evidence,
    window: window === undefined ? undefined : windowToHold(objective, window),
    scrapeIntervalSeconds,
    interval: "as planned",
    restartsAllowed: false,
  });
}

interface Explained {
  readonly objective: ObjectivePlan;
  readonly verdict: ObjectiveVerdict;
  /** Null when none was collected. */
  readonly evidence: CountedEvidence | null;
  readonly window: JudgedWindow | undefined;
  readonly scrapeIntervalSeconds: number;
  /** Where the scrape interval is from; null where there is none. */
  readonly interval: string | null;
  readonly restartsAllowed: boolean;
}

function explain({
  objective,
  verdict,
  evidence,
  window,
  scrapeIntervalSeconds,
  interval,
  restartsAllowed,
}: Explained): string[] {
  const counted = evidence ?? { counters: [], up: NOT_ASKED };
  const queries = queriesOf(objective);
  const answers = queries.flatMap((query) => seriesIn(outcomeOf(counted, objective, query)));
  // Bad events are among all events.
  const series = [...new Map(answers.map((one) => [seriesKey(one.labels), one])).values()];
  const scrapes =
    interval === null
      ? "no scrape interval was found"
      : `scrape interval ${seconds(scrapeIntervalSeconds)}, ${interval}`;
  return [
    `${objective.slo} in ${objective.phase}: ${objective.title}`,
    window === undefined
      ? "1. window: the phase was not reached, or too short to see"
      : `1. window ${formatTime(window.asked.from)} to ${formatTime(window.asked.to)}, ${seconds(window.asked.to - window.asked.from)}; ${scrapes}`,
    "2. queries",
    ...queries.map((query, index) => {
      const name = index === 0 ? objective.indicator.kind : "total";
      return `   ${name.padEnd(5)} ${query}: ${answerWords(outcomeOf(counted, objective, query))}`;
    }),
    ...(window === undefined
      ? []
      : instancesOf(objective, {
          series,
          queries,
          window,
          scrapeIntervalSeconds,
          restartsAllowed,
          up: seriesIn(counted.up),
          starts: seriesIn(counted.starts),
          presence: counted.presence ?? [],
        })),
    ...verdict.excused.map((excused) => `   excused: ${excused}`),
    ...conclusionLines(objective, verdict),
  ];
}

const NOT_ASKED: QueryOutcome = { kind: "ok", series: [], warnings: [], infos: [] };

interface Read {
  readonly series: readonly SeriesSamples[];
  readonly queries: readonly string[];
  readonly up: readonly SeriesSamples[];
  readonly starts: readonly SeriesSamples[];
  readonly presence: readonly PresenceEvidence[];
  readonly window: JudgedWindow;
  readonly scrapeIntervalSeconds: number;
  readonly restartsAllowed: boolean;
}

function instancesOf(objective: ObjectivePlan, read: Read): readonly string[] {
  const { series, up, window } = read;
  if (objective.countedBy === "caller") {
    return ["3. series as k6 pushed them", ...series.map((one) => `   ${rangeWords(one)}`)];
  }
  const from = window.start === "before" ? "its last scrape before the window" : "its first scrape in the window";
  if (isRatio(objective.indicator)) {
    const jobs = new Set(series.map((one) => instanceOf(one).job));
    const scraped = up.filter((one) => jobs.has(instanceOf(one).job));
    return [`3. instances, each counted from ${from} on`, ...instanceLines({ ...read, up: scraped })];
  }
  const presences = selectorsOf(read.queries).map((selector): Shown => {
    const evidence = presenceOf(selector.text, objective.countedBy, read.presence);
    return { selector, evidence, series: seriesIn(evidence?.outcome) };
  });
  return [
    "3. instances that the query may have read, each of which must have been scraped all through",
    ...instanceLines({ ...read, series: [], up: readBy(presences, up) }),
    ...presences.map(presenceWords),
    ...series.map((one) => `   ${rangeWords(one)}`),
  ];
}

/** Of whom a selector's series were there, and at how many evaluations. */
function presenceWords({ selector, evidence, series }: Shown): string {
  if (evidence?.outcome.kind !== "ok") return `   ${selector.text}: ${answerWords(evidence?.outcome)}`;
  const times = series.map((one) => `${instanceOf(one).id} at ${formatCount(samplesRead(one))}`);
  const there = times.length === 0 ? "nowhere" : `there of ${times.join(", ")} evaluations`;
  return `   ${selector.text}: ${there}, by ${evidence.query}`;
}

interface Shown {
  readonly selector: PlacedSelector;
  readonly evidence: PresenceEvidence | undefined;
  readonly series: readonly SeriesSamples[];
}

function conclusionLines({ target }: ObjectivePlan, verdict: ObjectiveVerdict): readonly string[] {
  const { events, interval, census, eventsToDecide, reason } = verdict;
  const held = census === undefined || census.held === null ? "" : `, ${census.held} of which held`;
  const lost = events?.lost === undefined ? "" : `, ${formatCount(events.lost)} of which may be lost: bad for a pass`;
  const without = census?.leftOut === undefined ? "" : `; ${formatCount(census.leftOut)} more are left out`;
  return [
    census !== undefined
      ? `4. census: ${formatCount(census.slices)} slices of ${seconds(census.sliceSeconds)}${held}${without}`
      : events === null
        ? "4. sum: nothing can be counted"
        : `4. sum: ${formatCount(events.good)} good of ${formatCount(events.total)} events${lost}`,
    interval === null
      ? "5. interval: none"
      : `5. interval: ${formatShare(interval.low)} to ${formatShare(interval.high)}, each bound at ${formatShare(interval.confidence)} (${interval.method}: ` +
        `as good as ${formatCount(interval.effectiveEvents.low)} independent events for the lower bound, ${formatCount(interval.effectiveEvents.high)} for the upper)`,
    `6. ${formatShare(target)} promised: ${verdict.verdict}, ${reason.code}: ${reason.message}`,
    ...(eventsToDecide === null ? [] : [`   ${formatCount(eventsToDecide)} events would decide`]),
  ];
}

function instanceLines({ series, up, starts, ...read }: Read): readonly string[] {
  const instances = new Map([...series, ...up].map((one) => [instanceOf(one).id, instanceOf(one)]));
  const leaving = jobsToLeave({ ...read, up });
  return [...instances.values()].flatMap(({ id, job }) => {
    const isOwn = (one: SeriesSamples): boolean => instanceOf(one).id === id;
    const own = series.filter(isOwn);
    const scraped = up.filter(isOwn);
    const answered = scraped.flatMap(scrapesOf).length;
    // Those that failed are always kept.
    const failed = scraped.reduce((sum, { samples }) => sum + samples.length, 0) - answered;
    const all = scraped.reduce((sum, one) => sum + samplesRead(one), 0);
    const head = `   ${id}: ${all - failed} scrapes, ${failed} failed`;
    const seen = { series: own, up: scraped, starts: starts.filter(isOwn) };
    const attempt = readInstance({ ...read, ...seen, id, mayLeave: leaving.has(job) });
    if (!attempt.ok) return [`${head}; ${attempt.reason.message.replace(`${id}: `, "")}`];
    if (attempt.value === null) return [`${head}; it was not there in the window`];
    const { steps, counted, life } = attempt.value;
    const [first, last] = [counted[0]?.from, counted.at(-1)?.to];
    const span =
      first === undefined || last === undefined ? "no two scrapes" : `${formatTime(first)} to ${formatTime(last)}`;
    const restarts = steps.filter(({ restart }) => restart).length;
    const gaps = steps.filter(({ gap }) => gap).length;
    const born = life.born === null ? "" : `, from the start of its process at ${formatTime(life.born.startedAt)}`;
    const left = life.left === null ? "" : ", when it was last scraped";
    return [
      `${head}; ${span}${born}${left}, ${steps.length} steps, ${restarts} restarts, ${gaps} gaps`,
      ...increaseLines(own, counted),
    ];
  });
}

/** The series of an instance with what each counted; those that counted nothing are many, and told by their number. */
function increaseLines(series: readonly SeriesSamples[], steps: readonly Step[]): readonly string[] {
  const counted = series.map((one) => ({ one, increase: increaseOver([one], steps) }));
  const moved = counted.filter(({ increase }) => increase !== 0);
  const still = counted.length - moved.length;
  return [
    ...moved.map(({ one, increase }) => `     ${countedWords(one, steps)}, +${increase}`),
    ...(still === 0 ? [] : [`     ${moved.length === 0 ? "" : "and "}${still} series that counted nothing`]),
  ];
}

/** A counter where its counting begins and ends, not where the samples that were read do. */
function countedWords(one: SeriesSamples, steps: readonly Step[]): string {
  const [from, to] = [steps[0]?.from ?? Number.POSITIVE_INFINITY, steps.at(-1)?.to ?? Number.NEGATIVE_INFINITY];
  const samples = one.samples.filter(([at]) => at >= from && at <= to);
  return valuesWords(one, samples);
}

function rangeWords(one: SeriesSamples): string {
  return one.samples.length === 0
    ? valuesWords(one, one.samples)
    : `${valuesWords(one, one.samples)}, ${samplesRead(one)} samples`;
}

function valuesWords(one: SeriesSamples, samples: SeriesSamples["samples"]): string {
  const [first, last] = [samples[0], samples.at(-1)];
  return first === undefined || last === undefined
    ? `${showSeries(one)}: no samples`
    : `${showSeries(one)}: ${first[1]} at ${formatTime(first[0])}, ${last[1]} at ${formatTime(last[0])}`;
}

function samplesRead({ read, samples }: SeriesSamples): number {
  return read ?? samples.length;
}

function answerWords(outcome: QueryOutcome | undefined): string {
  if (outcome === undefined) return "was not asked";
  if (outcome.kind !== "ok") return `${outcome.kind}, ${outcome.message}`;
  const samples = outcome.series.reduce((sum, one) => sum + samplesRead(one), 0);
  const again = outcome.retries === undefined ? "" : `, asked again ${outcome.retries} times`;
  const notices = [...outcome.warnings, ...outcome.infos].map((notice) => `, "${notice}"`).join("");
  return `${outcome.series.length} series, ${formatCount(samples)} samples${again}${notices}`;
}

function seriesIn(outcome: QueryOutcome | undefined): readonly SeriesSamples[] {
  return outcome?.kind === "ok" ? outcome.series : [];
}

function seconds(value: number): string {
  return `${Number(value.toFixed(3))} s`;
}
