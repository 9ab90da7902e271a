import type { Window } from "../../lib/run/phase.ts";
import type { SeriesSamples } from "../../lib/run/evidence.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import type { Excuse } from "../excuses.ts";
import { formatBetween } from "../format.ts";
import { instanceOf } from "../instances/instances.ts";
import type { Instance } from "../instances/instances.ts";
import { timeClusters } from "./clusters.ts";
import { ALLOWED, GAP_INTERVALS, jobsToLeave, scrapesOf } from "../instances/read-instance.ts";
import { nameTargets } from "../instances/name-targets.ts";
import { findAbsences } from "../instances/nobody-there.ts";
import type { Tally } from "./samples.ts";
import { checkScrapedOnce } from "./scraped-twice.ts";
import { peakRate } from "./steps.ts";
import type { JudgedWindow } from "../windows.ts";
import { countInstance } from "./count-instance.ts";
import type { InstanceTally } from "./count-instance.ts";

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
export function countScraped(given: ScrapedCounters): Attempt<Tally> {
  const once = checkScrapedOnce(given.total);
  if (!once.ok) return once;
  const counters = withTargetsNamed(given);
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
    const peak = Math.max(...own.map(({ id }) => peakRate(total.get(id) ?? [], (up.get(id) ?? []).flatMap(scrapesOf))));
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

function withTargetsNamed(counters: ScrapedCounters): ScrapedCounters {
  const { part, total, up, starts } = counters;
  const name = nameTargets(up);
  return { ...counters, part: part.map(name), total: total.map(name), up: up.map(name), starts: starts.map(name) };
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

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
