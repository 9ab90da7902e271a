import type { SeriesSamples } from "../../lib/run/evidence.ts";

/** What Prometheus scrapes: a job's instance. */
export interface Instance {
  readonly id: string;
  readonly job: string;
  readonly instance: string;
}

/** The instance that a series was scraped from. */
export function instanceOf({ labels }: SeriesSamples): Instance {
  const job = labels["job"] ?? "";
  const instance = labels["instance"] ?? "";
  return { id: `${job}/${instance}`, job, instance };
}
