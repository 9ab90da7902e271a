import { STOP_WITHIN_MS } from "../../chaos/stop-service.ts";
import type { Project } from "../../lib/config/project.ts";
import type { LoadPlan } from "../../lib/run/load.ts";
import { visibleWithinSeconds } from "./collect.ts";
import { OVERTIME_SECONDS, startTimeoutSeconds } from "./run-load.ts";
import { CONTAINER_ENDS_SECONDS, CONTAINER_STARTS_SECONDS } from "./start-container.ts";
import { READY_TIMEOUT_MS } from "./start-tool.ts";
import type { ServiceProcess } from "./stack-options.ts";
import { scrapedWithinSeconds } from "./use-prometheus.ts";
import { FIRST_SCRAPE_SECONDS } from "./wait-for-scrapes.ts";

/** For what takes no time of its own to speak of: checks, faults undone and proven so, queries for evidence. */
const SLACK_SECONDS = 180;

/**
 * The longest that a run may take in seconds, when every wait of it takes as long as it may: then its guardian takes it for
 * one that hangs, and ends it.
 */
export function longestRunSeconds(
  { service, prometheus }: Pick<Project["spec"], "service" | "prometheus">,
  load: Pick<LoadPlan, "durationSeconds" | "setupTimeoutSeconds">,
): number {
  const processes = Object.values(service.processes);
  // All are started side by side, and ended one after another.
  const starting = Math.max(READY_TIMEOUT_MS / 1000, ...processes.map(startSeconds));
  const scraped = prometheus.url === undefined ? FIRST_SCRAPE_SECONDS : scrapedWithinSeconds(prometheus.scrapeInterval);
  const loading = startTimeoutSeconds(load) + load.durationSeconds + OVERTIME_SECONDS;
  const ending = processes.reduce((sum, process) => sum + endSeconds(process), 0);
  return starting + scraped + loading + visibleWithinSeconds(prometheus.scrapeInterval) + ending + SLACK_SECONDS;
}

function startSeconds({ container, start, readyWithin }: ServiceProcess): number {
  if (container !== undefined) return CONTAINER_STARTS_SECONDS + readyWithin;
  // Once for the command to end, once for what it started to answer.
  return start === undefined ? readyWithin : 2 * readyWithin;
}

function endSeconds({ container, stop }: ServiceProcess): number {
  if (container !== undefined) return CONTAINER_ENDS_SECONDS;
  return stop === undefined ? 0 : STOP_WITHIN_MS / 1000;
}
