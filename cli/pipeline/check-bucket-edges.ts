import { bucketEdgeOf } from "../../gates/bucket-edge.ts";
import type { Env } from "../../lib/env.ts";
import { ProofloadError, usageError } from "../../lib/errors.ts";
import type { RunPlan } from "../../lib/run/plan.ts";
import type { Stack } from "./start-stack.ts";

export interface CheckOptions {
  readonly env: Env;
  readonly plan: RunPlan;
  readonly stack: Stack;
  readonly signal: AbortSignal;
}

const FIRST_SCRAPE_WITHIN_SECONDS = 15;

/**
 * Waits for the first scrape of the service, and refuses (exit code 2) a latency objective whose threshold is no edge of
 * the histogram: what lies between two edges can only be guessed.
 */
export async function checkBucketEdges(options: CheckOptions): Promise<void> {
  const { plan, stack } = options;
  await waitForFirstScrape(options);
  for (const { slo, indicator, source } of plan.gate.objectives) {
    const wanted = indicator.kind === "good" ? bucketEdgeOf(indicator.good) : null;
    if (wanted === null) continue;
    const outcome = await stack.prometheus.query(`count by (le) (${wanted.selectorWithoutEdge})`);
    const edges = outcome.kind === "ok" ? outcome.series.flatMap(({ labels }) => labels["le"] ?? []) : [];
    // A histogram that nothing was observed in has no series yet: the gate will say "no data" if that lasts.
    if (edges.length === 0 || edges.some((edge) => Number(edge) === Number(wanted.edge))) continue;
    const sorted = edges.map(Number).toSorted((a, b) => a - b);
    throw usageError(
      "no-bucket-edge",
      `${source.file}:${source.line}: SLO ${slo} asks for le="${wanted.edge}", which is no bucket edge of its histogram`,
      `The edges are ${sorted.join(", ")}. Use one of them, or add ${wanted.edge} to the service's buckets.`,
    );
  }
}

async function waitForFirstScrape({ env, stack, signal }: CheckOptions): Promise<void> {
  const deadline = env.clock.monotonicMs() + FIRST_SCRAPE_WITHIN_SECONDS * 1000;
  let missing = stack.serviceJobs;
  while (env.clock.monotonicMs() < deadline) {
    const outcome = await stack.prometheus.query("up == 1");
    const seen = outcome.kind === "ok" ? outcome.series.map(({ labels }) => labels["job"]) : [];
    missing = stack.serviceJobs.filter((job) => !seen.includes(job));
    if (missing.length === 0) return;
    await env.clock.sleep(50, signal);
  }
  throw new ProofloadError({
    code: "not-scraped",
    message: `Prometheus could not scrape ${missing.join(", ")} within ${FIRST_SCRAPE_WITHIN_SECONDS} s`,
    hint: "Check `metrics` in proofload.yaml: it must answer with Prometheus's text format.",
    exitCode: 4,
  });
}
