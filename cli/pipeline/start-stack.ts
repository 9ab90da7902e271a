import { mkdirSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Target } from "../../chaos/target.ts";
import type { Project } from "../../lib/config/project.ts";
import type { Env } from "../../lib/env.ts";
import { messageOf, ProofloadError } from "../../lib/errors.ts";
import { exitText, startProgram, waitForProgram } from "../../lib/process/program.ts";
import type { Program, ProgramSpec } from "../../lib/process/program.ts";
import { createPrometheusClient } from "../../lib/prometheus/client.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import { prometheusArgv, prometheusConfig } from "../../lib/prometheus/config.ts";
import type { ScrapeJob } from "../../lib/prometheus/config.ts";
import type { Tool, ToolName } from "../../lib/tools/index.ts";
import { createToxiproxyClient } from "../../lib/toxiproxy/client.ts";
import type { RunFolder } from "../run-folder.ts";
import type { Cleanup } from "./cleanup.ts";
import { targetsOf } from "./targets.ts";

/** What a run's load and faults work on: everything in it listens on 127.0.0.1, on ports of its own. */
export interface Stack {
  readonly prometheus: PrometheusClient;
  /** Monotonic milliseconds. */
  readonly prometheusStartedMs: number;
  /** HOST:PORT for k6's REST API and metrics. */
  readonly k6Address: string;
  /** Where the service's metrics are; the names are their `job` labels. */
  readonly jobs: readonly ScrapeJob[];
  readonly targets: readonly Target[];
  /** Called when all evidence was collected: the database of samples is not needed any more. */
  readonly dropSamples: () => void;
}

export interface StackOptions {
  readonly env: Env;
  readonly runId: string;
  readonly folder: RunFolder;
  /** With its placeholders filled in. */
  readonly project: Project;
  readonly ports: Readonly<Record<string, number>>;
  /** Where relative paths in proofload.yaml count from. */
  readonly projectDir: string;
  readonly environment: string | null;
  readonly tools: ReadonlyMap<ToolName, Tool>;
  readonly cleanup: Cleanup;
  readonly signal: AbortSignal;
}

/** Ports that a run needs for its own programs. */
export const OWN_PORTS = ["proofload-prometheus", "proofload-toxiproxy", "proofload-k6"] as const;

const READY_TIMEOUT_MS = 30_000;
const STOP_GRACE_MS = 3000;

/** Starts Prometheus, Toxiproxy (where the service has proxies) and the service, and waits until all of them answer. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { env, folder, signal } = options;
  const { project, ports } = options;
  const local = (name: string): string => `127.0.0.1:${ports[name]}`;
  const { service } = project.spec;
  const prometheusUrl = `http://${local("proofload-prometheus")}`;
  const toxiproxyUrl = `http://${local("proofload-toxiproxy")}`;
  const jobs: ScrapeJob[] = Object.entries(service.processes).flatMap(([name, { metrics }]) =>
    metrics === undefined ? [] : [{ name, url: metrics }],
  );
  const state = { samplesNeeded: true, prometheusStartedMs: 0 };

  const start = async (spec: ProgramSpec): Promise<void> => {
    const program = await startProgram(env, options.runId, spec);
    folder.emit({ type: "process-started", process: spec.name, pid: program.pid });
    const watch = watchEnd(folder, program);
    options.cleanup.add(`${spec.name} to end`, () => watch.stop());
    await waitForProgram(env, program, spec, signal);
  };
  await allOrFirstError([
    startPrometheus(options, start, {
      port: ports["proofload-prometheus"] ?? 0,
      url: prometheusUrl,
      config: prometheusConfig(
        [...jobs, { name: "k6", url: `http://${local("proofload-k6")}/metrics` }],
        project.spec.prometheus.scrapeInterval,
      ),
      keepSamples: () => state.samplesNeeded,
    }).then(() => {
      state.prometheusStartedMs = env.clock.monotonicMs();
    }),
    Object.keys(service.proxies).length === 0
      ? Promise.resolve()
      : startProxies(options, start, { project, url: toxiproxyUrl, port: ports["proofload-toxiproxy"] ?? 0 }),
    ...Object.entries(service.processes).map(([name, { command, ready }]) =>
      start({
        name,
        argv: [...command, ...extraArgs(project, options.environment, name)] as unknown as readonly [
          string,
          ...string[],
        ],
        cwd: options.projectDir,
        logFile: join(folder.dir, `${name}.log`),
        readyUrl: ready,
        readyTimeoutMs: READY_TIMEOUT_MS,
      }),
    ),
  ]);
  return {
    prometheus: createPrometheusClient(env, prometheusUrl),
    prometheusStartedMs: state.prometheusStartedMs,
    k6Address: local("proofload-k6"),
    jobs,
    targets: targetsOf(project, toxiproxyUrl),
    dropSamples: () => {
      state.samplesNeeded = false;
    },
  };
}

type Start = (spec: ProgramSpec) => Promise<void>;

async function startPrometheus(
  options: StackOptions,
  start: Start,
  server: {
    readonly port: number;
    readonly url: string;
    readonly config: string;
    readonly keepSamples: () => boolean;
  },
): Promise<void> {
  const dir = join(options.folder.dir, "prometheus");
  mkdirSync(dir);
  const configFile = join(dir, "prometheus.yml");
  const dataDir = join(dir, "data");
  await writeFile(configFile, server.config);
  // Added before Prometheus's own end, so that it is done after it.
  options.cleanup.add("Prometheus's samples to be removed", async () => {
    if (!server.keepSamples()) await rm(dataDir, { recursive: true, force: true });
  });
  await start({
    name: "prometheus",
    argv: prometheusArgv({ program: toolPath(options.tools, "prometheus"), configFile, dataDir, port: server.port }),
    cwd: options.folder.dir,
    logFile: join(dir, "prometheus.log"),
    readyUrl: `${server.url}/-/ready`,
    readyTimeoutMs: READY_TIMEOUT_MS,
  });
}

async function startProxies(
  options: StackOptions,
  start: Start,
  server: { readonly project: Project; readonly url: string; readonly port: number },
): Promise<void> {
  await start({
    name: "toxiproxy",
    argv: [toolPath(options.tools, "toxiproxy"), "-host", "127.0.0.1", "-port", String(server.port)],
    cwd: options.folder.dir,
    // Else it writes several lines for each connection.
    vars: { LOG_LEVEL: "warn" },
    logFile: join(options.folder.dir, "toxiproxy.log"),
    readyUrl: `${server.url}/version`,
    readyTimeoutMs: READY_TIMEOUT_MS,
  });
  const client = createToxiproxyClient(options.env, server.url);
  for (const [name, { listen, upstream }] of Object.entries(server.project.spec.service.proxies)) {
    await client.createProxy({ name, listen, upstream });
  }
}

/** Writes a program's end into the timeline when it happens, by our own stop or by itself. */
function watchEnd(folder: RunFolder, program: Program): { readonly stop: () => Promise<void> } {
  let stopping = false;
  const told = program.exited.then((exit) => {
    folder.emit({ type: "process-ended", process: program.name, how: stopping ? "stopped" : exitText(exit) });
  });
  return {
    stop: async () => {
      stopping = true;
      await program.stop({ graceMs: STOP_GRACE_MS });
      await told;
    },
  };
}

function extraArgs(project: Project, environment: string | null, process: string): readonly string[] {
  return environment === null ? [] : (project.spec.environments[environment]?.processes[process]?.args ?? []);
}

function toolPath(tools: ReadonlyMap<ToolName, Tool>, name: ToolName): string {
  const tool = tools.get(name);
  if (tool !== undefined) return tool.path;
  throw new ProofloadError({ code: "tool-missing", message: `${name} was not found`, exitCode: 4 });
}

/** Waits for all, so that nothing is half started when the first failure is thrown. */
async function allOrFirstError(starts: readonly Promise<void>[]): Promise<void> {
  const failures = (await Promise.allSettled(starts)).filter((result) => result.status === "rejected");
  const [first] = failures;
  if (first === undefined) return;
  const reasons: unknown[] = failures.map((failure): unknown => failure.reason);
  throw reasons.find((reason) => reason instanceof ProofloadError) ?? new Error(messageOf(first.reason));
}
