import type { Evidence } from "../../lib/run/evidence.ts";
import { peakLevel, plannedIterations } from "../../lib/run/load.ts";
import type { LoadPlan } from "../../lib/run/load.ts";
import type { RunPlan } from "../../lib/run/plan.ts";
import { isTarget } from "../excuses.ts";
import type { Excuse } from "../excuses.ts";
import { instanceOf } from "../instances/instances.ts";

/**
 * Requests that the service may have answered without anyone seeing its count: for each restart that a fault caused, as many as came in
 * from the last scrape before it on.
 */
export function unseenRequests(plan: RunPlan, excuses: readonly Excuse[], evidence: Evidence | null): number {
  const instances = (evidence?.counters ?? []).flatMap(({ countedBy, outcome }) =>
    countedBy === "service" && outcome.kind === "ok" ? outcome.series.map(instanceOf) : [],
  );
  const restarts = excuses.filter((excuse) => excuse.restarts && instances.some((one) => isTarget(excuse.target, one)));
  return restarts.length * requestsPerSecond(plan.load, evidence?.load.requests ?? 0) * plan.scrapeIntervalSeconds;
}

/** The highest rate of requests in an open model, the mean after the warm-up in a closed one. */
function requestsPerSecond(load: LoadPlan, requests: number): number {
  const planned = plannedIterations(load, 0, load.durationSeconds);
  return planned === null
    ? requests / (load.durationSeconds - load.warmupSeconds)
    : (requests / Math.max(1, planned)) * peakLevel(load);
}
