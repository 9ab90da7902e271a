import type { SeriesSamples } from "../../lib/run/evidence.ts";
import { blocked, found } from "../attempt.ts";
import type { Attempt } from "../attempt.ts";
import { formatTime } from "../format.ts";
import { instanceOf } from "../instances/instances.ts";
import { readSelector } from "../promql/selector.ts";
import { namedJobs } from "../instances/scraped-jobs.ts";
import { selects } from "../promql/selects.ts";

/**
 * Checks that every instance which a selector means, as far as its matchers tell by the labels of `up`, has counters: an answer from which a
 * store's part is missing looks like an instance that is scraped and counts nothing.
 */
export function checkInstances(
  query: string,
  counters: readonly SeriesSamples[],
  up: readonly SeriesSamples[],
): Attempt<null> {
  const reading = readSelector(query);
  if (reading.kind === "refused") return blocked("query-failed", `${query}: ${reading.message}`);
  const counted = counters.map(instanceOf);
  const ids = new Set(counted.map(({ id }) => id));
  const jobs = new Set([...counted.map(({ job }) => job), ...namedJobs(reading)]);
  const silent = up.find((one) => {
    const { id, job } = instanceOf(one);
    if (!jobs.has(job) || ids.has(id) || !one.samples.some(([, value]) => value === 1)) return false;
    const matchers = reading.selector.matchers.filter(({ name }) => name in one.labels);
    return selects({ ...reading.selector, metric: "", matchers }, { ...one.labels, __name__: "" }) !== false;
  });
  return silent === undefined
    ? found(null)
    : blocked(
        "no-data",
        `${instanceOf(silent).id} was scraped (last at ${lastScrape(silent)}), but ${query} has no series of it`,
      );
}

function lastScrape({ samples }: SeriesSamples): string {
  return formatTime(samples.findLast(([, value]) => value === 1)?.[0] ?? Number.NaN);
}
