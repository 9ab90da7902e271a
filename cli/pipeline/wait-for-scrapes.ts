import type { Env } from "../../lib/env.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";

/** Prometheus hands new targets on every five seconds only: so long its first scrape can take. */
export const FIRST_SCRAPE_SECONDS = 6;

/**
 * Waits until Prometheus has scraped every job, or until it surely will have before the warm-up ends. `startedMs` is when
 * Prometheus was ready (monotonic). A job that is never scraped is found by the gate, which then has no data.
 */
export async function waitForScrapes(
  env: Env,
  prometheus: PrometheusClient,
  jobs: readonly string[],
  options: { readonly startedMs: number; readonly warmupSeconds: number; readonly signal: AbortSignal },
): Promise<void> {
  const enoughMs = options.startedMs + (FIRST_SCRAPE_SECONDS - options.warmupSeconds) * 1000;
  while (env.clock.monotonicMs() < enoughMs) {
    const outcome = await prometheus.query("up == 1");
    const seen = outcome.kind === "ok" ? outcome.series.map(({ labels }) => labels["job"]) : [];
    if (jobs.every((job) => seen.includes(job))) return;
    await env.clock.sleep(50, options.signal);
  }
}
