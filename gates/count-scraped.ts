import type { SeriesSamples } from "../lib/run/evidence.ts";
import { blocked, found } from "./attempt.ts";
import type { Attempt } from "./attempt.ts";
import { checkBirths } from "./check-births.ts";
import { excuseFor } from "./excuses.ts";
import type { Excuse } from "./excuses.ts";
import { instanceOf } from "./instances.ts";
import type { Instance } from "./instances.ts";
import { stepClusters, timeClusters } from "./clusters.ts";
import { checkSamples } from "./samples.ts";
import type { Tally } from "./samples.ts";
import { increasesOver, peakRate, readSteps } from "./steps.ts";
import type { Step } from "./steps.ts";
import { chooseEdges } from "./windows.ts";
import type { JudgedWindow } from "./windows.ts";

/** How far a scrape may be from the edge of a window, in scrape intervals. */
export const REACH_INTERVALS = 1.5;
/** Scrapes further apart than this, in scrape intervals, are a gap. */
export const GAP_INTERVALS = 2.5;

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
  readonly window: JudgedWindow;
  readonly scrapeIntervalSeconds: number;
  readonly excuses: readonly Excuse[];
  /** Events are taken together in stretches of so many seconds, not scrape by scrape; left out where the window is no long one. */
  readonly stretchSeconds?: number;
}

/**
 * Counts events in counters that Prometheus scraped from the service. All samples of one scrape have the time of its `up` sample, so an
 * instance's counters are read at the same two scrapes, and every scrape between them must be there. Restarts and gaps count only where a
 * fault declared them; then what may have been lost is bounded by the highest rate that the instance showed.
 */
export function countScraped(counters: ScrapedCounters): Attempt<Tally> {
  const instances = instancesOf(counters);
  const [part, total, up] = [byInstance(counters.part), byInstance(counters.total), byInstance(counters.up)];
  const tallies: Tally[] = [];
  for (const instance of instances) {
    const own = { part: part.get(instance.id) ?? [], total: total.get(instance.id) ?? [] };
    const tally = countInstance(instance, { ...counters, ...own, up: up.get(instance.id) ?? [] });
    if (!tally.ok) return tally;
    tallies.push(tally.value);
  }
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
    instances: instances.map(({ id }) => id),
  });
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

/** `own` has the series of this instance only. */
function countInstance(instance: Instance, own: ScrapedCounters): Attempt<Tally> {
  const { part, total, window, scrapeIntervalSeconds, excuses } = own;
  const [up, secondUp] = own.up;
  if (up === undefined || secondUp !== undefined) {
    const message = up === undefined ? "was not scraped" : "was scraped twice";
    return blocked("window-not-covered", `${instance.id} ${message}`);
  }
  const upTimes = up.samples.filter(([, value]) => value === 1).map(([at]) => at);
  const edges = chooseEdges(upTimes, window, REACH_INTERVALS * scrapeIntervalSeconds);
  if (edges.kind === "missing") return blocked("window-not-covered", `${instance.id}: ${edges.message}`);
  const covered = { from: edges.start, to: edges.end };
  const checked = checkSamples([...total, ...part], covered);
  if (!checked.ok) return checked;
  const steps = readSteps([...total, ...part], up, covered, GAP_INTERVALS * scrapeIntervalSeconds);
  if (!steps.ok) return steps;
  const slackSeconds = GAP_INTERVALS * scrapeIntervalSeconds;
  const excused = excuseSteps(instance, steps.value, excuses, slackSeconds);
  if (!excused.ok) return excused;
  const [partSteps, totalSteps] = [increasesOver(part, steps.value), increasesOver(total, steps.value)];
  const [counted, events] = [sum(partSteps), sum(totalSteps)];
  const born = checkBirths({ kind: own.kind, part, total, events, steps: steps.value });
  if (!born.ok) return born;
  const surplus = counted - events;
  if (surplus > events * (own.kind === "good" ? UNDER_WAY : HAIR)) {
    return blocked("bad-sample", `${instance.id} counted ${counted} ${own.kind} events among ${events} events`);
  }
  const disturbed = steps.value.filter(({ restart, gap }) => restart || gap);
  return found({
    good: own.kind === "good" ? Math.min(counted, events) : Math.max(0, events - counted),
    total: events,
    lost:
      Math.ceil(peakRate(total, upTimes) * sum(disturbed.map(({ from, to }) => to - from))) +
      (surplus > events * HAIR ? surplus : 0),
    clusters: stepClusters({ kind: own.kind, part: partSteps, total: totalSteps, steps: steps.value }),
    covered,
    excused: excused.value,
    instances: [instance.id],
  });
}

/** Every restart and gap must be one that a fault declared. */
function excuseSteps(
  instance: Instance,
  steps: readonly Step[],
  excuses: readonly Excuse[],
  slackSeconds: number,
): Attempt<readonly string[]> {
  const excused: string[] = [];
  for (const step of steps) {
    const seconds = step.apartSeconds.toFixed(1);
    if (step.gap) {
      const excuse = excuseFor(excuses, "gaps", instance, step, slackSeconds);
      if (excuse === undefined) return blocked("window-not-covered", `${instance.id} was not seen for ${seconds} s`);
      excused.push(`${instance.id} was not seen for ${seconds} s: ${excuse.fault}`);
    }
    if (step.restart) {
      const excuse = excuseFor(excuses, "restarts", instance, step, slackSeconds);
      if (excuse === undefined) {
        return blocked("counter-reset", `the counters of ${instance.id} started again, and no fault declared it`);
      }
      excused.push(`the counters of ${instance.id} started again: ${excuse.fault}`);
    }
  }
  return found(excused);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
