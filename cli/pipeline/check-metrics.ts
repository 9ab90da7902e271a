import { bucketEdgeOf, edgeCure } from "../../gates/promql/bucket-edge.ts";
import type { Env } from "../../lib/env.ts";
import { messageOf, ProofloadError, usageError } from "../../lib/errors.ts";
import { httpRequest } from "../../lib/http.ts";
import type { HttpReply } from "../../lib/http.ts";
import type { ScrapeJob } from "../../lib/prometheus/config.ts";
import type { RunPlan } from "../../lib/run/plan.ts";

const TIMEOUT_MS = 5000;

/**
 * Reads the metrics of the service once, before any load: every page must be there (else exit code 4), and every latency
 * threshold of the gate must be an edge of its histogram (else 2), because what lies between two edges can only be guessed.
 */
export async function checkMetrics(
  env: Env,
  plan: RunPlan,
  jobs: readonly ScrapeJob[],
  signal: AbortSignal,
): Promise<void> {
  const pages = await Promise.all(jobs.map((job) => readPage(env, job, signal)));
  for (const { slo, indicator, source } of plan.gate.objectives) {
    const wanted = indicator.kind === "good" ? bucketEdgeOf(indicator.good) : null;
    if (wanted === null) continue;
    const edges = [...new Set(pages.flatMap((page) => edgesOf(page, wanted.metric)))].map(Number);
    // A histogram that has observed nothing may have no series yet: the gate will say "no data" if that lasts.
    if (edges.length === 0 || edges.includes(Number(wanted.edge))) continue;
    throw usageError(
      "no-bucket-edge",
      `${source.file}:${source.line}: SLO ${slo} asks for le="${wanted.edge}", which is no bucket edge of ${wanted.metric}`,
      edgeCure(edges, wanted.edge),
    );
  }
}

/** The values of `le` on a page in Prometheus's text format. */
export function edgesOf(page: string, metric: string): readonly string[] {
  return page.split("\n").flatMap((line) => {
    if (!line.startsWith(`${metric}{`)) return [];
    return /[{,]\s*le="([^"]+)"/.exec(line)?.[1]?.replace("+Inf", "Infinity") ?? [];
  });
}

async function readPage(env: Env, job: ScrapeJob, signal: AbortSignal): Promise<string> {
  let reply: HttpReply;
  try {
    reply = await httpRequest(env, job.url, { timeoutMs: TIMEOUT_MS, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw notScrapable(job, messageOf(error));
  }
  if (reply.status !== 200) throw notScrapable(job, `it answered ${reply.status}`);
  if (!/^\w+(?:\{.*\})? /m.test(reply.text))
    throw notScrapable(job, "its answer has no sample in Prometheus's text format");
  return reply.text;
}

function notScrapable(job: ScrapeJob, why: string): ProofloadError {
  return new ProofloadError({
    code: "not-scrapable",
    message: `the metrics of ${job.name} can't be read from ${job.url}: ${why}`,
    hint: "Check `metrics` in proofload.yaml.",
    exitCode: 4,
  });
}
