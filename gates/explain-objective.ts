import type { QueryOutcome, SeriesSamples } from "../lib/run/evidence.ts";
import type { GateEvidence } from "../lib/run/gate-record.ts";
import type { ObjectivePlan } from "../lib/run/plan.ts";
import type { ObjectiveVerdict } from "../lib/run/verdict.ts";
import { outcomeOf, queriesOf } from "./count-events.ts";
import { GAP_INTERVALS, REACH_INTERVALS } from "./count-scraped.ts";
import { formatCount, formatShare } from "./format.ts";
import { instanceOf } from "./instances.ts";
import { objectiveInput } from "./judge-window.ts";
import { seriesKey, showSeries } from "./samples.ts";
import { increaseOver, readSteps } from "./steps.ts";
import { chooseEdges } from "./windows.ts";

/** The steps from samples to the verdict of one objective, a line each. */
export function explainObjective(
  evidence: GateEvidence,
  objective: ObjectivePlan,
  verdict: ObjectiveVerdict,
): readonly string[] {
  const input = objectiveInput(evidence, objective);
  const { from, to } = evidence.question.window;
  const counted = input.evidence ?? { counters: [], up: evidence.up };
  const queries = queriesOf(objective);
  const answers = queries.flatMap((query) => seriesIn(outcomeOf(counted, objective, query)));
  // Bad events are among all events.
  const series = [...new Map(answers.map((one) => [seriesKey(one.labels), one])).values()];
  const { events, interval } = verdict;
  const { scrapeIntervalSeconds } = input;
  return [
    `${objective.slo}: ${objective.title}`,
    `1. window ${utc(from)} to ${utc(to)}, ${seconds(to - from)}; ${intervalSource(evidence, scrapeIntervalSeconds)}`,
    "2. queries, each from a little before the window to its end",
    ...queries.map((query, index) => {
      const name = index === 0 ? objective.indicator.kind : "total";
      return `   ${name.padEnd(5)} ${query}: ${answerWords(outcomeOf(counted, objective, query))}`;
    }),
    "3. instances, each counted from its last scrape before the window to its last one in it",
    ...(objective.countedBy === "caller"
      ? series.map((one) => `   ${rangeWords(one)}`)
      : instanceLines(series, seriesIn(counted.up), { from, to }, scrapeIntervalSeconds)),
    events === null
      ? "4. sum: nothing can be counted"
      : `4. sum: ${formatCount(events.good)} good of ${formatCount(events.total)} events`,
    interval === null
      ? "5. interval: none"
      : `5. interval: ${formatShare(interval.low)} to ${formatShare(interval.high)}, each bound at ${formatShare(interval.confidence)} (${interval.method})`,
    `6. ${formatShare(objective.target)} promised: ${verdict.verdict}, ${verdict.reason.code}: ${verdict.reason.message}`,
  ];
}

function instanceLines(
  series: readonly SeriesSamples[],
  up: readonly SeriesSamples[],
  { from, to }: { readonly from: number; readonly to: number },
  interval: number,
): readonly string[] {
  const jobs = new Set(series.map((one) => instanceOf(one).job));
  const ids = [...series, ...up.filter((one) => jobs.has(instanceOf(one).job))].map((one) => instanceOf(one).id);
  return [...new Set(ids)].flatMap((id) => {
    const [scraped, second] = up.filter((one) => instanceOf(one).id === id);
    if (scraped === undefined) return [`   ${id}: was not scraped`];
    if (second !== undefined) return [`   ${id}: was scraped twice`];
    const times = scraped.samples.filter(([, value]) => value === 1).map(([at]) => at);
    const failed = scraped.samples.length - times.length;
    const head = `   ${id}: ${times.length} scrapes, ${failed} failed`;
    const asked = { phase: "window", asked: { from, to }, lastMoment: to, start: "before" } as const;
    const edges = chooseEdges(times, asked, REACH_INTERVALS * interval);
    if (edges.kind === "missing") return [`${head}; ${edges.message}`];
    const own = series.filter((one) => instanceOf(one).id === id);
    const covered = { from: edges.start, to: edges.end };
    const steps = readSteps(own, scraped, covered, GAP_INTERVALS * interval);
    if (!steps.ok) return [`${head}; ${steps.reason.message}`];
    const restarts = steps.value.filter(({ restart }) => restart).length;
    const gaps = steps.value.filter(({ gap }) => gap).length;
    return [
      `${head}; ${utc(edges.start)} to ${utc(edges.end)}, ${steps.value.length} steps, ${restarts} restarts, ${gaps} gaps`,
      ...own.map((one) => `     ${rangeWords(one)}, +${increaseOver(one, steps.value)}`),
    ];
  });
}

function rangeWords(one: SeriesSamples): string {
  const [first, last] = [one.samples[0], one.samples.at(-1)];
  if (first === undefined || last === undefined) return `${showSeries(one)}: no samples`;
  return `${showSeries(one)}: ${first[1]} at ${utc(first[0])}, ${last[1]} at ${utc(last[0])}, ${one.samples.length} samples`;
}

function answerWords(outcome: QueryOutcome | undefined): string {
  if (outcome === undefined) return "was not asked";
  if (outcome.kind !== "ok") return `${outcome.kind}, ${outcome.message}`;
  const samples = outcome.series.reduce((sum, one) => sum + one.samples.length, 0);
  const again = outcome.retries === undefined ? "" : `, asked again ${outcome.retries} times`;
  const notices = [...outcome.warnings, ...outcome.infos].map((notice) => `, "${notice}"`).join("");
  return `${outcome.series.length} series, ${formatCount(samples)} samples${again}${notices}`;
}

function intervalSource({ scrapeIntervalSeconds }: GateEvidence, interval: number): string {
  if (interval === 0) return "no scrape interval was found";
  return `scrape interval ${seconds(interval)}, ${scrapeIntervalSeconds === null ? "found" : "given"}`;
}

function seriesIn(outcome: QueryOutcome | undefined): readonly SeriesSamples[] {
  return outcome?.kind === "ok" ? outcome.series : [];
}

function seconds(value: number): string {
  return `${Number(value.toFixed(3))} s`;
}

function utc(at: number): string {
  return new Date(at * 1000).toISOString();
}
