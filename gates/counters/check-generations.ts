import type { SeriesSamples } from "../../lib/run/evidence.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { formatBetween } from "../format.ts";
import type { Step } from "./steps.ts";

/** The counters of one instance, and the steps between its scrapes in a window. */
export interface Generations {
  readonly id: string;
  readonly part: readonly SeriesSamples[];
  readonly total: readonly SeriesSamples[];
  readonly steps: readonly Step[];
  /** Why an absent part of these events may be a mistake; null where it can only mean 0. */
  readonly whyAbsent: (total: readonly SeriesSamples[]) => string | null;
}

/**
 * Checks each process that an instance was, from restart to restart: a new version that names a label or a metric otherwise has no bad events to
 * be seen, and what the version before it had says nothing of it.
 */
export function checkGenerations({ id, part, total, steps, whyAbsent }: Generations): Attempt<null> {
  for (const { from, to, until } of generationsIn(steps)) {
    const counted = total.filter((one) => hasSample(one, from, to));
    // What is born later is of the same process.
    if (counted.length === 0 || part.some((one) => hasSample(one, from, until))) continue;
    const why = whyAbsent(counted);
    if (why !== null) return blocked("no-data", `${id} ${formatBetween(from, to)}: ${why}`);
  }
  return found(null);
}

interface Generation {
  readonly from: number;
  readonly to: number;
  /** Until when it is not known to have been another process. */
  readonly until: number;
}

function generationsIn(steps: readonly Step[]): readonly Generation[] {
  const [first] = steps;
  if (first === undefined) return [];
  const starts = [first.from, ...steps.filter(({ restart }) => restart).map(({ to }) => to)];
  return starts.map((from, index) => {
    const next = steps.find(({ restart, to }) => restart && to === starts[index + 1]);
    const to = next?.from ?? steps.at(-1)?.to ?? from;
    return { from, to, until: next?.from ?? Number.POSITIVE_INFINITY };
  });
}

function hasSample({ samples }: SeriesSamples, from: number, to: number): boolean {
  return samples.some(([at]) => at >= from && at <= to);
}
