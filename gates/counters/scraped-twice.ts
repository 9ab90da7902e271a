import type { SeriesSamples } from "../../lib/run/evidence.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { instanceOf } from "../instances/instances.ts";

/** So often a counter must have grown between two scrapes of one job, with a scrape of the other one between them, to be taken for the same. */
const LEAST_MEETINGS = 5;

/** Checks that no target is scraped by two jobs, by which each event would count twice: then one reads what the other one reads. */
export function checkScrapedOnce(total: readonly SeriesSamples[]): Attempt<null> {
  if (new Set(total.map(({ labels }) => labels["job"])).size < 2) return found(null);
  const byInstance = new Map<string, SeriesSamples[]>();
  for (const one of total) {
    const { instance } = instanceOf(one);
    byInstance.set(instance, [...(byInstance.get(instance) ?? []), one]);
  }
  for (const [instance, series] of byInstance) {
    for (const [index, one] of series.entries()) {
      const { job } = instanceOf(one);
      const twin = series.slice(index + 1).find((other) => instanceOf(other).job !== job && isSameCounter(one, other));
      if (twin === undefined) continue;
      const jobs = `${job} and ${instanceOf(twin).job}`;
      const cure = `name one of them (job=${JSON.stringify(job)})`;
      return blocked(
        "window-not-covered",
        `${instance} is scraped by two jobs, ${jobs}, so that each event counts twice: ${cure}`,
      );
    }
  }
  return found(null);
}

/** Whether each value of one lies between those that the other had right before and right after it. */
function isSameCounter(one: SeriesSamples, other: SeriesSamples): boolean {
  if (one.labels["__name__"] !== other.labels["__name__"]) return false;
  let meetings = 0;
  let next = 0;
  for (const [at, value] of other.samples) {
    while ((one.samples[next]?.[0] ?? Number.POSITIVE_INFINITY) < at) next += 1;
    const [before, after] = [one.samples[next - 1], one.samples[next]];
    if (before === undefined || after === undefined) continue;
    // It started again between them.
    if (before[1] > after[1]) continue;
    if (value < before[1] || value > after[1]) return false;
    if (before[1] < after[1]) meetings += 1;
  }
  return meetings >= LEAST_MEETINGS;
}
