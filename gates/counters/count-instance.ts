import type { Window } from "../../lib/run/phase.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { checkBirths, checkStarts } from "./check-births.ts";
import { checkGenerations } from "./check-generations.ts";
import { stepClusters } from "./clusters.ts";
import type { ScrapedCounters } from "./count-scraped.ts";
import { excuseFor } from "../excuses.ts";
import { formatBetween, formatSpan, formatTime } from "../format.ts";
import type { Instance } from "../instances/instances.ts";
import type { Presence } from "../instances/nobody-there.ts";
import { ALLOWED, GAP_INTERVALS, readInstance } from "../instances/read-instance.ts";
import type { InstanceReading } from "../instances/read-instance.ts";
import type { Tally } from "./samples.ts";
import { heldBefore, increasesOver, peakRate } from "./steps.ts";
import type { Step } from "./steps.ts";

/**
 * So many more good events than events, as a share, may be those that were under way when the window began: counted as begun before it, and
 * as answered in it. As many others may be hidden by them, so they count as lost.
 */
const UNDER_WAY = 0.01;
/** Rounding of counters that are no whole numbers. */
const HAIR = 1e-9;

/** Of one instance, with the time in which it was there. */
export interface InstanceTally extends Tally {
  readonly presence: Presence;
}

/** Counts the events of one instance, whose series alone `own` has. Null where it was not there in the window. */
export function countInstance(
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
