import { mkdirSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { createPrometheusClient } from "../../lib/prometheus/client.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import { prometheusArgv, prometheusConfig } from "../../lib/prometheus/config.ts";
import type { ScrapeJob } from "../../lib/prometheus/config.ts";
import type { StackOptions } from "./stack-options.ts";
import { keepRunning, startTool, toolPath } from "./start-tool.ts";
import type { ToolSpec } from "./start-tool.ts";
import { usePrometheus } from "./use-prometheus.ts";

/** The Prometheus of a run, whoever started it. */
export interface PrometheusServer {
  readonly client: PrometheusClient;
  /** When it was ready; monotonic milliseconds. */
  readonly startedMs: number;
  readonly nativeHistograms: boolean;
  /** Whether it scrapes the run's k6. */
  readonly scrapesK6: boolean;
  readonly dropSamples: () => void;
}

/** Starts a Prometheus of the run's own that scrapes these jobs; or takes the one that proofload.yaml names, which scrapes what it scrapes. */
export async function startPrometheus(
  options: StackOptions,
  own: { readonly address: string; readonly jobs: readonly ScrapeJob[] },
): Promise<PrometheusServer> {
  const { env, project, folder } = options;
  const { url, scrapeInterval, rules, alertmanager = null } = project.spec.prometheus;
  if (url !== undefined) return usePrometheus(env, url);
  const dir = join(folder.dir, "prometheus");
  mkdirSync(dir);
  const configFile = join(dir, "prometheus.yml");
  const dataDir = join(dir, "data");
  await writeFile(
    configFile,
    prometheusConfig(own.jobs, scrapeInterval, {
      version: options.tools.get("prometheus")?.version ?? "",
      rules: rulePaths(options.projectDir, rules),
      alertmanager,
    }),
  );
  const samples = { needed: true };
  // Added before Prometheus's own end, so that it is done after it.
  options.cleanup.add("Prometheus's samples to be removed", async () => {
    if (!samples.needed) await rm(dataDir, { recursive: true, force: true });
  });
  const spec: ToolSpec = {
    name: "prometheus",
    argv: prometheusArgv({
      program: toolPath(options.tools, "prometheus"),
      configFile,
      dataDir,
      port: Number(new URL(`http://${own.address}`).port),
    }),
    logFile: join(dir, "prometheus.log"),
    readyUrl: `http://${own.address}/-/ready`,
  };
  keepRunning(options, spec, await startTool(options, spec));
  const startedMs = env.clock.monotonicMs();
  return {
    client: createPrometheusClient(env, `http://${own.address}`),
    startedMs,
    // Its command line asks for them.
    nativeHistograms: true,
    scrapesK6: true,
    dropSamples: () => {
      samples.needed = false;
    },
  };
}

function rulePaths(projectDir: string, rules: readonly string[]): readonly string[] {
  return rules.map((path) => resolve(projectDir, path));
}
