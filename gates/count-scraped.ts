import type { Window } from "../lib/run/phase.ts";
import type { SeriesSamples } from "../lib/run/evidence.ts";
import { blocked, found } from "./attempt.ts";
import type { Attempt } from "./attempt.ts";
import { checkBirths, checkStarts } from "./check-births.ts";
import { excuseFor } from "./excuses.ts";
import type { Excuse } from "./excuses.ts";
import { formatBetween, formatSpan, formatTime } from "./format.ts";
import { instanceOf } from "./instances.ts";
import type { Instance } from "./instances.ts";
import { stepClusters, timeClusters } from "./clusters.ts";
import { ALLOWED, GAP_INTERVALS, jobsToLeave, readInstance } from "./read-instance.ts";
import type { InstanceReading } from "./read-instance.ts";
import type { Tally } from "./samples.ts";
import { heldBefore, increasesOver, peakRate } from "./steps.ts";
import type { Step } from "./steps.ts";
import type { JudgedWindow } from "./windows.ts";

/**
 * So many more good events than events, as a share, may be those that were under way when the window began: counted as begun before it, and
 * as answered in it. As many others may be hidden by them, so they count as lost.
 */
const UNDER_WAY = 0.01;
/** Rounding of counters that are no whole numbers. */
const HAIR = 1e-9;

export interface ScrapedCounters {
  /** Whether `part` counts the good events or the bad ones. */
  readonly kind: "good" | "bad";
  readonly part: readonly SeriesSamples[];
  readonly total: readonly SeriesSamples[];
  /** Prometheus's `up`, one series for each instance: when it was scraped. */
  readonly up: readonly SeriesSamples[];
  /** When their processes started, where they tell. */
  readonly starts: readonly SeriesSamples[];
  readonly window: JudgedWindow;
  readonly scrapeIntervalSeconds: number;
  readonly excuses: readonly Excuse[];
  /** Whether instances may start again and go: then what they may have lost is bounded as after a fault. */
  readonly restartsAllowed: boolean;
  /** Events are taken together in stretches of so many seconds, not scrape by scrape; left out where the window is no long one. */
  readonly stretchSeconds?: number;
}

/**
 * Counts events in counters that Prometheus scraped from the service. All samples of one scrape have the time of its `up` sample, so an
 * instance's counters are read at the same two scrapes, and every scrape between them must be there. Restarts and gaps count only where a
 * fault declared them; then what may have been lost is bounded by the highest rate that the instance showed. An instance whose process
 * started in the window counts from 0.
 */
export function countScraped(counters: ScrapedCounters): Attempt<Tally> {
  const instances = instancesOf(counters);
  const [part, total] = [byInstance(counters.part), byInstance(counters.total)];
  const [up, starts] = [byInstance(counters.up), byInstance(counters.starts)];
  const leaving = jobsToLeave(counters);
  /** The highest rate of any instance of a job: only where a process started is it needed. */
  const peakOf = (job: string): number =>
    Math.max(
      ...instances
        .filter((instance) => instance.job === job)
        .map(({ id }) => peakRate(total.get(id) ?? [], scrapesOf(up.get(id) ?? []))),
    );
  const tallies: Tally[] = [];
  for (const instance of instances) {
    const { id, job } = instance;
    const own = { part: part.get(id) ?? [], total: total.get(id) ?? [] };
    const seen = { up: up.get(id) ?? [], starts: starts.get(id) ?? [] };
    const tally = countInstance(instance, { ...counters, ...own, ...seen }, { mayLeave: leaving.has(job), peakOf });
    if (!tally.ok) return tally;
    if (tally.value !== null) tallies.push(tally.value);
  }
  if (tallies.length === 0) return noneThere(counters.window.asked);
  return found({
    good: sum(tallies.map(({ good }) => good)),
    total: sum(tallies.map(({ total }) => total)),
    lost: sum(tallies.map(({ lost }) => lost)),
    clusters: timeClusters(
      tallies.map(({ clusters }) => clusters),
      counters.scrapeIntervalSeconds,
      counters.stretchSeconds,
    ),
    covered: {
      from: Math.max(...tallies.map(({ covered }) => covered.from)),
      to: Math.min(...tallies.map(({ covered }) => covered.to)),
    },
    excused: tallies.flatMap(({ excused }) => excused),
    instances: tallies.flatMap((tally) => tally.instances),
  });
}

function noneThere({ from, to }: Window): Attempt<never> {
  return blocked("no-data", `no instance was there ${formatBetween(from, to)}`);
}

/** Those that the counters come from, and those of the same jobs that were scraped without them. */
function instancesOf({ part, total, up }: ScrapedCounters): readonly Instance[] {
  const counted = [...total, ...part].map(instanceOf);
  const jobs = new Set(counted.map(({ job }) => job));
  const scraped = up.map(instanceOf).filter(({ job }) => jobs.has(job));
  return [...new Map([...counted, ...scraped].map((instance) => [instance.id, instance])).values()];
}

function byInstance(series: readonly SeriesSamples[]): ReadonlyMap<string, readonly SeriesSamples[]> {
  const groups = new Map<string, SeriesSamples[]>();
  for (const one of series) {
    const { id } = instanceOf(one);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [one]);
    else group.push(one);
  }
  return groups;
}

/** `own` has the series of this instance only. Null where it was not there in the window. */
function countInstance(
  instance: Instance,
  own: ScrapedCounters,
  { mayLeave, peakOf }: { readonly mayLeave: boolean; readonly peakOf: (job: string) => number },
): Attempt<Tally | null> {
  const { kind, part, total } = own;
  const read = readInstance({ ...own, id: instance.id, series: [...total, ...part], mayLeave });
  if (!read.ok) return read;
  if (read.value === null) return found(null);
  const { covered, scrapes, steps, counted } = read.value;
  const excused = excuseSteps(instance, steps, own);
  if (!excused.ok) return excused;
  const [partSteps, totalSteps] = [increasesOver(part, counted), increasesOver(total, counted)];
  const [parts, events] = [sum(partSteps), sum(totalSteps)];
  const born = checkBirths({ kind, part, total, events, steps: counted });
  if (!born.ok) return born;
  const started = checkStarts({
    id: instance.id,
    steps: counted,
    events: totalSteps,
    peak: () => peakOf(instance.job),
  });
  if (!started.ok) return started;
  const surplus = parts - events;
  if (surplus > events * (kind === "good" ? UNDER_WAY : HAIR)) {
    return blocked("bad-sample", `${instance.id} counted ${parts} ${kind} events among ${events} events`);
  }
  const disturbed = steps.filter(({ restart, gap }) => restart || gap);
  const left = departed(instance, own, read.value);
  return found({
    good: kind === "good" ? Math.min(parts, events) : Math.max(0, events - parts),
    total: events,
    lost:
      Math.ceil(peakRate(total, scrapes) * sum(disturbed.map(({ from, to }) => to - from))) +
      heldBefore(total, steps) +
      (surplus > events * HAIR ? surplus : 0) +
      left.lost,
    clusters: stepClusters({ kind, part: partSteps, total: totalSteps, steps: counted }),
    covered,
    excused: [...excused.value, ...left.excused],
    instances: [instance.id],
  });
}

function scrapesOf(up: readonly SeriesSamples[]): readonly number[] {
  return up.flatMap(({ samples }) => samples.filter(([, value]) => value === 1).map(([at]) => at));
}

/** What an instance that left may have done after its last scrape, at the highest rate that it showed, until the scrape at which it was missed. */
function departed(
  { id }: Instance,
  { total, scrapeIntervalSeconds }: ScrapedCounters,
  { life: { born, left }, scrapes }: InstanceReading,
): Pick<Tally, "lost" | "excused"> {
  if (left === null) return { lost: 0, excused: [] };
  const seconds = left.knownUntil - left.lastScrape + scrapeIntervalSeconds;
  const rate = peakRate(total, born === null ? scrapes : [born.startedAt, ...scrapes]);
  return {
    lost: Math.ceil(rate * seconds),
    excused: [`${id} was last scraped at ${formatTime(left.lastScrape)}: ${ALLOWED}`],
  };
}

/** Every restart and gap must be one that a fault declared, or where restarts are allowed, that of a restart. */
function excuseSteps(
  instance: Instance,
  steps: readonly Step[],
  { excuses, restartsAllowed, scrapeIntervalSeconds }: ScrapedCounters,
): Attempt<readonly string[]> {
  const slackSeconds = GAP_INTERVALS * scrapeIntervalSeconds;
  const excused: string[] = [];
  for (const step of steps) {
    if (restartsAllowed && step.restart) {
      excused.push(`the counters of ${instance.id} started again ${formatBetween(step.from, step.to)}: ${ALLOWED}`);
      continue;
    }
    if (step.gap) {
      const excuse = excuseFor(excuses, "gaps", instance, step, slackSeconds);
      const why =
        step.apartSeconds > slackSeconds ? `${formatSpan(slackSeconds)} are allowed` : "a scrape failed (up is 0)";
      const message = `${instance.id} was not seen for ${formatSpan(step.apartSeconds)} ${formatBetween(step.from, step.to)}`;
      if (excuse === undefined) return blocked("window-not-covered", `${message}, ${why}`);
      excused.push(`${message}: ${excuse.fault}`);
    }
    if (step.restart) {
      const excuse = excuseFor(excuses, "restarts", instance, step, slackSeconds);
      const message = `the counters of ${instance.id} started again ${formatBetween(step.from, step.to)}`;
      if (excuse === undefined) return blocked("counter-reset", `${message}, and no fault declared it`);
      excused.push(`${message}: ${excuse.fault}`);
    }
  }
  return found(excused);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
