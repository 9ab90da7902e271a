import type { Window } from "../lib/run/phase.ts";
import type { SeriesSamples } from "../lib/run/evidence.ts";
import { blocked, found } from "./attempt.ts";
import type { Attempt } from "./attempt.ts";
import { checkBirths, checkStarts } from "./check-births.ts";
import { checkGenerations } from "./check-generations.ts";
import { excuseFor } from "./excuses.ts";
import type { Excuse } from "./excuses.ts";
import { formatBetween, formatSpan, formatTime } from "./format.ts";
import { instanceOf } from "./instances.ts";
import type { Instance } from "./instances.ts";
import { stepClusters, timeClusters } from "./clusters.ts";
import { ALLOWED, GAP_INTERVALS, jobsToLeave, readInstance } from "./read-instance.ts";
import type { InstanceReading } from "./read-instance.ts";
import { findAbsences } from "./nobody-there.ts";
import type { Presence } from "./nobody-there.ts";
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
  /** The jobs that the selectors name, whether they have counters or not. */
  readonly jobs: readonly string[];
  /** Prometheus's `up`, one series for each instance: when it was scraped. */
  readonly up: readonly SeriesSamples[];
  /** When their processes started, where they tell. */
  readonly starts: readonly SeriesSamples[];
  readonly window: JudgedWindow;
  readonly scrapeIntervalSeconds: number;
  readonly excuses: readonly Excuse[];
  /** Whether instances may start again and go: then what they may have lost is bounded as after a fault. */
  readonly restartsAllowed: boolean;
  /** Why an absent part of these events may be a mistake; null where it can only mean 0. */
  readonly whyAbsent: (total: readonly SeriesSamples[]) => string | null;
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
  const peaks = new Map<string, number>();
  /** The highest rate of any instance of a job: only where a process started or went is it needed. */
  const peakOf = (job: string): number => {
    const known = peaks.get(job);
    if (known !== undefined) return known;
    const own = instances.filter((instance) => instance.job === job);
    const peak = Math.max(...own.map(({ id }) => peakRate(total.get(id) ?? [], scrapesOf(up.get(id) ?? []))));
    peaks.set(job, peak);
    return peak;
  };
  const tallies: InstanceTally[] = [];
  for (const instance of instances) {
    const { id, job } = instance;
    const own = { part: part.get(id) ?? [], total: total.get(id) ?? [] };
    const seen = { up: up.get(id) ?? [], starts: starts.get(id) ?? [] };
    const tally = countInstance(instance, { ...counters, ...own, ...seen }, { mayLeave: leaving.has(job), peakOf });
    if (!tally.ok) return tally;
    if (tally.value !== null) tallies.push(tally.value);
  }
  if (tallies.length === 0) return noneThere(counters.window.asked);
  const absences = findAbsences(
    tallies.map(({ presence }) => presence),
    counters.window.asked,
    GAP_INTERVALS * counters.scrapeIntervalSeconds,
  );
  const [absence] = absences;
  if (absence !== undefined && !counters.restartsAllowed) {
    const { job, from, to } = absence;
    const cure = "if there was no service yet, let the window begin later, or leave that time out";
    return blocked("window-not-covered", `no instance of ${job} was there ${formatBetween(from, to)}: ${cure}`);
  }
  return found({
    good: sum(tallies.map(({ good }) => good)),
    total: sum(tallies.map(({ total }) => total)),
    lost: sum([...tallies, ...absences].map(({ lost }) => lost)),
    clusters: timeClusters(
      tallies.map(({ clusters }) => clusters),
      counters.scrapeIntervalSeconds,
      counters.stretchSeconds,
    ),
    covered: {
      from: Math.max(...tallies.map(({ covered }) => covered.from)),
      to: Math.min(...tallies.map(({ covered }) => covered.to)),
    },
    excused: [
      ...tallies.flatMap(({ excused }) => excused),
      ...absences.map(({ job, from, to }) => `no instance of ${job} was there ${formatBetween(from, to)}: ${ALLOWED}`),
    ],
    instances: tallies.flatMap((tally) => tally.instances),
  });
}

/** Of one instance, with the time in which it was there. */
interface InstanceTally extends Tally {
  readonly presence: Presence;
}

function noneThere({ from, to }: Window): Attempt<never> {
  return blocked("no-data", `no instance was there ${formatBetween(from, to)}`);
}

/** Those that the counters come from, and those of the same jobs that were scraped without them. */
function instancesOf({ part, total, up, jobs: named }: ScrapedCounters): readonly Instance[] {
  const counted = [...total, ...part].map(instanceOf);
  const jobs = new Set([...counted.map(({ job }) => job), ...named]);
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
): Attempt<InstanceTally | null> {
  const { kind, part, total } = own;
  const read = readInstance({ ...own, id: instance.id, series: [...total, ...part], mayLeave });
  if (!read.ok) return read;
  if (read.value === null) return found(null);
  const { covered, steps, counted } = read.value;
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
  const generations = checkGenerations({ id: instance.id, part, total, steps: counted, whyAbsent: own.whyAbsent });
  if (!generations.ok) return generations;
  const unseen = unseenTimes(instance, own, read.value);
  // Most needs none: it takes all samples.
  const rate =
    unseen.seconds > 0 || own.restartsAllowed
      ? Math.max(ownPeak(own, read.value, totalSteps), own.restartsAllowed ? peakOf(instance.job) : 0)
      : 0;
  return found({
    good: kind === "good" ? Math.min(parts, events) : Math.max(0, events - parts),
    total: events,
    lost: Math.ceil(rate * unseen.seconds) + heldBefore(total, steps) + (surplus > events * HAIR ? surplus : 0),
    clusters: stepClusters({ kind, part: partSteps, total: totalSteps, steps: counted }),
    covered,
    excused: [...excused.value, ...unseen.excused],
    instances: [instance.id],
    presence: { job: instance.job, ...unseen.there, rate },
  });
}

function scrapesOf(up: readonly SeriesSamples[]): readonly number[] {
  return up.flatMap(({ samples }) => samples.filter(([, value]) => value === 1).map(([at]) => at));
}

/** The highest rate that an instance showed, per second; what was counted after a restart was counted since the scrape before it. */
function ownPeak(
  { total }: ScrapedCounters,
  { life: { born }, scrapes, counted }: InstanceReading,
  events: readonly number[],
): number {
  const rates = counted.map(({ restart, from, to }, index) => (restart ? (events[index] ?? 0) / (to - from) : 0));
  return Math.max(peakRate(total, born === null ? scrapes : [born.startedAt, ...scrapes]), ...rates);
}

/**
 * How long an instance may have answered unseen: around its restarts, before its process where Prometheus had known it for longer, and after its last
 * scrape until the one at which it was missed.
 */
function unseenTimes(
  { id }: Instance,
  { scrapeIntervalSeconds }: ScrapedCounters,
  { life: { born, left }, steps }: InstanceReading,
): { readonly seconds: number; readonly excused: readonly string[]; readonly there: Window } {
  const disturbed = sum(steps.map(({ restart, gap, from, to }) => (restart || gap ? to - from : 0)));
  const before = born === null ? 0 : Math.max(0, born.startedAt - born.knownSince);
  const after = left === null ? 0 : left.knownUntil - left.lastScrape + scrapeIntervalSeconds;
  return {
    seconds: disturbed + before + after,
    excused: left === null ? [] : [`${id} was last scraped at ${formatTime(left.lastScrape)}: ${ALLOWED}`],
    there: {
      from: born === null ? Number.NEGATIVE_INFINITY : Math.min(born.startedAt, born.knownSince),
      to: left === null ? Number.POSITIVE_INFINITY : left.knownUntil + scrapeIntervalSeconds,
    },
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
