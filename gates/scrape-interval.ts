import type { SeriesSamples } from "../lib/run/evidence.ts";

/** So much longer than what Prometheus is set to may the distance of scrapes be before they are taken for missing. */
const SLOWER = 1.5;

/**
 * The scrape interval in the data, in seconds: of each series the median distance of its samples, of these the median, so that neither
 * a gap nor one sparse instance makes it longer. Null where no series has two samples.
 */
export function intervalIn(series: readonly SeriesSamples[]): number | null {
  return median(series.flatMap((one) => distanceIn(one) ?? []));
}

/**
 * The interval to judge by: the one in the data, unless Prometheus says that it scrapes more often. Then samples are missing all
 * through the window, which the data alone can't show.
 */
export function agreedInterval(found: number | null, configured: readonly number[]): number | null {
  const [shortest] = configured.toSorted((a, b) => a - b);
  if (found === null || shortest === undefined || found <= SLOWER * shortest) return found;
  return shortest;
}

function distanceIn({ samples, medianSeconds }: SeriesSamples): number | null {
  if (medianSeconds !== undefined) return medianSeconds;
  // Prometheus counts in milliseconds.
  return median(samples.slice(1).map(([at], index) => Math.round((at - (samples[index]?.[0] ?? at)) * 1000) / 1000));
}

/** The middle of some numbers; of an even count the lower middle, which asks for more. */
function median(numbers: readonly number[]): number | null {
  return numbers.toSorted((a, b) => a - b)[Math.ceil(numbers.length / 2) - 1] ?? null;
}
