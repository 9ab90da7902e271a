import type { Env } from "../../lib/env.ts";
import { ProofloadError, usageError } from "../../lib/errors.ts";
import { createPrometheusClient } from "../../lib/prometheus/client.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import type { ScrapeJob } from "../../lib/prometheus/config.ts";
import { readScrapeIntervals } from "../../lib/prometheus/scrape-intervals.ts";
import type { PrometheusServer } from "./start-prometheus.ts";

const LEAST_WAIT_SECONDS = 30;
/** A target that has just come up is scraped at its next turn. */
const WAIT_SCRAPES = 3;

/** So long a Prometheus may take until it has scraped a target that has just come up. */
export function scrapedWithinSeconds(scrapeIntervalSeconds: number): number {
  return Math.max(LEAST_WAIT_SECONDS, WAIT_SCRAPES * scrapeIntervalSeconds);
}

/** Takes a Prometheus that is there already; one that does not answer or takes no remote write is an error (exit code 4). */
export async function usePrometheus(env: Env, url: string): Promise<PrometheusServer> {
  const client = createPrometheusClient(env, url);
  if ((await client.identify()) === null) {
    throw unusable(
      `no Prometheus answers on ${url}`,
      "Check spec.prometheus.url in proofload.yaml, or leave it out: then the run starts its own.",
    );
  }
  const { remoteWrite, nativeHistograms } = await client.features();
  if (!remoteWrite) {
    throw unusable(
      `the Prometheus on ${url} takes no remote writes, so k6 can't tell it anything`,
      "Start it with --web.enable-remote-write-receiver, or leave spec.prometheus.url out.",
    );
  }
  const startedMs = env.clock.monotonicMs();
  return { client, startedMs, nativeHistograms, scrapesK6: false, dropSamples: () => undefined };
}

/**
 * Checks that a Prometheus which is not the run's own scrapes every job of the service, under its name (else exit code 4),
 * and as often as proofload.yaml says (else 2), because a gap is told by that.
 */
export async function checkGivenPrometheus(
  env: Env,
  client: PrometheusClient,
  options: { readonly jobs: readonly ScrapeJob[]; readonly scrapeInterval: number; readonly signal: AbortSignal },
): Promise<void> {
  const { scrapeInterval, signal } = options;
  const jobs = options.jobs.map(({ name }) => name);
  await checkIntervals(env, client.url, jobs, scrapeInterval);
  const waitSeconds = scrapedWithinSeconds(scrapeInterval);
  const deadlineMs = env.clock.monotonicMs() + waitSeconds * 1000;
  for (;;) {
    const outcome = await client.query("up");
    const series = outcome.kind === "ok" ? outcome.series : [];
    const upJobs = series.filter(({ samples }) => samples.at(-1)?.[1] === 1).map(({ labels }) => labels["job"]);
    const missing = jobs.filter((job) => !upJobs.includes(job));
    if (missing.length === 0) break;
    if (env.clock.monotonicMs() >= deadlineMs) {
      const known = [...new Set(series.map(({ labels }) => labels["job"]))].join(", ");
      throw unusable(
        `the Prometheus on ${client.url} does not scrape ${missing.join(", ")}: no up{job="${missing[0]}"} of 1 within ${waitSeconds} s`,
        `A process with \`metrics\` is a job of that name there. It knows: ${known || "no job"}.`,
      );
    }
    await env.clock.sleep(500, signal);
  }
  // A target that was not known before is now.
  await checkIntervals(env, client.url, jobs, scrapeInterval);
}

async function checkIntervals(env: Env, url: string, jobs: readonly string[], asked: number): Promise<void> {
  const intervals = await readScrapeIntervals(env, url);
  for (const job of jobs) {
    const other = intervals?.get(job)?.find((seconds) => seconds !== asked);
    if (other === undefined) continue;
    throw usageError(
      "wrong-scrape-interval",
      `proofload.yaml: spec.prometheus.scrapeInterval is ${asked} s, but ${url} scrapes job ${job} every ${other} s`,
      "Make them the same: gaps between scrapes are told by it.",
    );
  }
}

function unusable(message: string, hint: string): ProofloadError {
  return new ProofloadError({ code: "prometheus-unusable", message, hint, exitCode: 4 });
}
