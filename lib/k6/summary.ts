import { z } from "zod";

const values = z.record(z.string(), z.number());
const summarySchema = z.object({ metrics: z.record(z.string(), z.object({ values })) });

/** The numbers of k6's end-of-test summary that a verdict looks at; a null was not in it. */
export interface K6Summary {
  readonly iterations: number | null;
  readonly droppedIterations: number | null;
  readonly requests: number | null;
  readonly failedRequests: number | null;
  readonly vusMax: number | null;
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
  const { metrics } = parsed.data;
  const count = (metric: string, key: string): number | null => metrics[metric]?.values[key] ?? null;
  const iterations = count("iterations", "count");
  return {
    iterations,
    // k6 leaves a counter out that never counted.
    droppedIterations: count("dropped_iterations", "count") ?? (iterations === null ? null : 0),
    requests: count("http_reqs", "count"),
    // A Rate of "failed": its passes are the failed requests.
    failedRequests: count("http_req_failed", "passes"),
    vusMax: count("vus_max", "max"),
  };
}
