import type { Options } from "k6/options";

import { planArrivals } from "./arrivals.ts";
import type { ArrivalScenario } from "./arrivals.ts";
import { declared } from "./declared.ts";
import { mergeThresholds } from "./merge-thresholds.ts";
import { readNote } from "./note.ts";
import { planPhases } from "./phase.ts";
import { planStartLag } from "./start-lag.ts";

/** Tags that k6 sets itself: no URL among them, so that a series is a kind of request and not a request. Without `group` and `check` its summary has no checks. */
const SYSTEM_TAGS = [
  "scenario",
  "name",
  "method",
  "status",
  "expected_response",
  "error_code",
  "group",
  "check",
] as const;
const TREND_STATS = ["avg", "min", "med", "max", "p(90)", "p(95)", "p(99)", "count"] as const;

/** A script's options with what the runner needs: labels, thresholds of the SLOs, and what the script says of itself. Readies the VU for its phases and start-lag. */
export function finishOptions(options: Options = {}): Options {
  const note = readNote(options);
  const scenarios = Object.values(options.scenarios ?? {});
  planPhases(note);
  planStartLag(scenarios.length === 1 ? planArrivals(scenarios[0] as ArrivalScenario) : null);
  // k6 reads them once, before there are VUs; made again in each, they made all requests slower.
  if (__VU > 0) return {};
  return {
    ...options,
    systemTags: [...new Set([...SYSTEM_TAGS, ...(options.systemTags ?? [])])],
    tags: { ...options.tags, testid: __ENV["PROOFLOAD_RUN_ID"] ?? "by-hand" },
    summaryTrendStats: [...new Set([...TREND_STATS, ...(options.summaryTrendStats ?? [])])],
    thresholds: mergeThresholds(options.thresholds ?? {}),
    ext: { ...options.ext, proofload: { ...note, ...declared() } },
  };
}
