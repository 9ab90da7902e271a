import type { Target } from "../../chaos/target.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import type { ScrapeJob } from "../../lib/prometheus/config.ts";
import { checkServiceUrl } from "./check-service-url.ts";
import { countsOwnCpu } from "./counts-own-cpu.ts";
import type { StackOptions } from "./stack-options.ts";
import { startPrometheus } from "./start-prometheus.ts";
import { startProxies } from "./start-proxies.ts";
import { startService } from "./start-service.ts";
import { targetsOf } from "./targets.ts";
import { checkGivenPrometheus } from "./use-prometheus.ts";

/** What a run's load and faults work on: what the run itself starts listens on 127.0.0.1, on ports of its own. */
export interface Stack {
  readonly prometheus: PrometheusClient;
  /** Monotonic milliseconds. */
  readonly prometheusStartedMs: number;
  /** Whether it takes native histograms by remote write. */
  readonly nativeHistograms: boolean;
  /** Whether it scrapes the run's k6. */
  readonly scrapesK6: boolean;
  /** HOST:PORT for k6's REST API and metrics. */
  readonly k6Address: string;
  /** Where the service's metrics are; the names are their `job` labels. */
  readonly jobs: readonly ScrapeJob[];
  readonly targets: readonly Target[];
  /** Whether every part of the service on this machine is a program that the run started, so that its CPU can be told from that of others. */
  readonly countsOwnCpu: boolean;
  /** Called when all evidence was collected: the database of samples is not needed any more. */
  readonly dropSamples: () => void;
}

/** Ports that a run needs for its own programs. */
export const OWN_PORTS = ["proofload-prometheus", "proofload-toxiproxy", "proofload-k6"] as const;

/**
 * Starts Prometheus (unless there is one), Toxiproxy (where the service has proxies) and the service, and waits until all of
 * them answer and the service answers on its url. What is missing or does not answer is an error (exit code 4).
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { env, project, ports, signal } = options;
  const { service, prometheus } = project.spec;
  const local = (name: (typeof OWN_PORTS)[number]): string => `127.0.0.1:${ports[name]}`;
  const toxiproxyUrl = `http://${local("proofload-toxiproxy")}`;
  const jobs: ScrapeJob[] = Object.entries(service.processes).flatMap(([name, { metrics }]) =>
    metrics === undefined ? [] : [{ name, url: metrics }],
  );
  const failing = new AbortController();
  const together = { ...options, signal: AbortSignal.any([signal, failing.signal]) };
  const starting = startPrometheus(together, {
    address: local("proofload-prometheus"),
    jobs: [...jobs, { name: "k6", url: `http://${local("proofload-k6")}/metrics` }],
  });
  const services = Object.entries(service.processes).map(([name, process]) => startService(together, name, process));
  await allOrFirstError([starting, startProxies(together, local("proofload-toxiproxy")), ...services], failing);
  const server = await starting;
  // Where a process was just seen to be ready, another request would only be counted by the service.
  const seen = Object.values(service.processes).map(({ ready }) => new URL(ready ?? service.url).origin);
  if (!seen.includes(new URL(service.url).origin)) await checkServiceUrl(env, service.url, signal);
  if (prometheus.url !== undefined) await checkGivenPrometheus(env, server.client, { jobs, ...prometheus, signal });
  return {
    prometheus: server.client,
    prometheusStartedMs: server.startedMs,
    nativeHistograms: server.nativeHistograms,
    scrapesK6: server.scrapesK6,
    k6Address: local("proofload-k6"),
    jobs,
    targets: targetsOf(project, toxiproxyUrl),
    countsOwnCpu: countsOwnCpu(service),
    dropSamples: server.dropSamples,
  };
}

/** Waits for all, so that nothing is half started when the first failure is thrown, which also ends the waiting of the others. */
async function allOrFirstError(starts: readonly Promise<unknown>[], failing: AbortController): Promise<void> {
  await Promise.allSettled(
    starts.map((start) =>
      start.catch((error: unknown) => {
        failing.abort(error);
      }),
    ),
  );
  if (failing.signal.aborted) throw failing.signal.reason;
}
