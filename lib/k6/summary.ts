import { z } from "zod";

import type { ThresholdEvidence } from "../run/evidence.ts";

/** JSON has no NaN and no infinity: those are null. */
const summarySchema = z.object({
  schemaVersion: z.literal(1),
  metrics: z.record(z.string(), z.object({ type: z.string(), values: z.record(z.string(), z.number().nullable()) })),
  thresholds: z.array(z.object({ metric: z.string(), expression: z.string(), ok: z.boolean(), samples: z.number() })),
  checks: z.array(z.object({ name: z.string(), path: z.string(), passes: z.number(), fails: z.number() })),
});

/** A check() of the scenario, over the whole run. */
export interface K6Check {
  readonly name: string;
  /** With the groups around it: `::group::name`. */
  readonly path: string;
  readonly passes: number;
  readonly fails: number;
}

/** The numbers of k6's end-of-test summary that a verdict looks at, over the whole run; a null was not in it. */
export interface K6Summary {
  readonly iterations: number | null;
  readonly droppedIterations: number | null;
  readonly requests: number | null;
  readonly failedRequests: number | null;
  /** Iterations that ended with an exception. */
  readonly exceptions: number | null;
  /** Most VUs that were busy at once. */
  readonly vusPeak: number | null;
  /** k6's http_req_waiting, the time to the first byte, by k6's names (avg, min, med, max, p(90), …), in milliseconds. */
  readonly waitingMs: Readonly<Record<string, number>> | null;
  readonly thresholds: readonly ThresholdEvidence[];
  readonly checks: readonly K6Check[];
}

/** Reads what the kit's handleSummary wrote; null when it is not such a file. */
export function parseK6Summary(text: string): K6Summary | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = summarySchema.safeParse(json);
  if (!parsed.success) return null;
  const { metrics, thresholds, checks } = parsed.data;
  const valueOf = (metric: string, key: string): number | null => metrics[metric]?.values[key] ?? null;
  const iterations = valueOf("iterations", "count");
  // k6 leaves a counter out that never counted. Without a single iteration nobody knows why it did not.
  const countOf = (metric: string): number | null => valueOf(metric, "count") ?? (iterations === null ? null : 0);
  const requests = countOf("http_reqs");
  return {
    iterations,
    droppedIterations: countOf("dropped_iterations"),
    requests,
    // A Rate of "failed": its passes are the failed requests. A script can turn it off.
    failedRequests: valueOf("http_req_failed", "passes") ?? (requests === 0 ? 0 : null),
    exceptions: countOf("iteration_exceptions"),
    vusPeak: valueOf("vus", "max"),
    waitingMs: requests === null || requests === 0 ? null : knownOf(metrics["http_req_waiting"]?.values),
    thresholds: thresholds.map(({ metric, expression, ok, samples }) => ({
      metric,
      expression,
      // k6 calls a threshold met that had nothing to look at. A counter that never counted is a count of 0, but tags may be mistyped.
      held: samples === 0 && !(metrics[metric]?.type === "counter" && !metric.includes("{")) ? null : ok,
    })),
    checks,
  };
}

function knownOf(values: Readonly<Record<string, number | null>> | undefined): Readonly<Record<string, number>> | null {
  if (values === undefined) return null;
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
