import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { mean } from "simple-statistics";
import { $ } from "zx";

import { bundleScenario } from "../../lib/k6/bundle.ts";
import { k6RunArgv, k6RunVars } from "../../lib/k6/command.ts";
import { createNodeEnv } from "../../lib/node-env.ts";
import { prometheusArgv, prometheusConfig } from "../../lib/prometheus/config.ts";
import { findFreePorts } from "../../lib/process/free-ports.ts";
import { ensureTools } from "../../lib/tools/index.ts";

const ROUNDS = 2;
const SECONDS = 14;
const USERS = 20;
const RUN_SECONDS = 60;
/** For starting and ending. */
const SLACK_SECONDS = 60;
const SAMPLE_MS = 100;
const MEGABYTE = 1_000_000;

const SERVER = `const server = require("node:http").createServer((request, response) => {
  if (request.url === "/count") return response.end(String(count));
  count += 1;
  response.end("ok");
});
let count = 0;
server.listen(0, "127.0.0.1", () => console.log("127.0.0.1:" + server.address().port));
`;
const BARE = `import http from "k6/http";
export const options = { scenarios: { s: { executor: "constant-vus", vus: ${USERS}, duration: "${SECONDS}s" } }, discardResponseBodies: true };
export default () => { http.get(__ENV.PROOFLOAD_TARGET_URL + "/"); };
`;
const SOAK = `import { endpoint, shape } from "proofload/kit";
const root = endpoint("GET /");
export const options = shape({ executor: "ramping-vus", rate: ${USERS}, warmup: "0s", stages: [{ duration: "${SECONDS}s", level: 1 }], constantMemory: true });
export default () => { root.get("/"); };
`;

interface Variant {
  readonly name: string;
  readonly argv: readonly string[];
  readonly vars: Readonly<Record<string, string>>;
}

/** A process's memory after so many requests. */
interface Sample {
  readonly requests: number;
  readonly bytes: number;
}

/** What a load that lasts costs in memory: of k6 per million requests, by three ways to run it in turns, and of proofload itself over time. */
export async function soakBench(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "proofload-bench-"));
  const children: ChildProcess[] = [];
  try {
    const start = (argv: readonly string[], vars: Readonly<Record<string, string>> = {}): ChildProcess => {
      const [program = "", ...args] = argv;
      const child = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"], env: { ...process.env, ...vars } });
      children.push(child);
      return child;
    };
    writeFileSync(join(dir, "server.cjs"), SERVER);
    const server = start([process.execPath, join(dir, "server.cjs")]);
    const address = await new Promise<string>((found) => {
      server.stdout?.once("data", (text: Buffer) => found(text.toString().trim()));
    });
    const variants = await variantsOf(dir, `http://${address}`, start);
    const runs = variants.map((): Sample[][] => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, { argv, vars }] of variants.entries()) {
        runs[index]?.push(await watchMemory(start(argv, vars), SECONDS, () => requestsOf(address)));
      }
    }
    console.log(`k6's memory, ${USERS} VUs flat out for ${SECONDS} s, mean of ${ROUNDS} rounds`);
    for (const [index, { name }] of variants.entries()) console.log(`${costText(runs[index] ?? [])}  ${name}`);
    await runnerMemory(dir, start);
  } finally {
    for (const child of children) child.kill("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  }
}

async function variantsOf(
  dir: string,
  url: string,
  start: (argv: readonly string[]) => ChildProcess,
): Promise<readonly Variant[]> {
  const env = createNodeEnv();
  const { signal } = new AbortController();
  const tools = await ensureTools(env, ["k6", "prometheus"], { signal, onProgress: () => undefined });
  const k6 = tools.get("k6") ?? { path: "k6", version: "" };
  const { port } = await findFreePorts(["port"]);
  const data = join(dir, "prometheus");
  mkdirSync(data);
  const configFile = join(data, "prometheus.yml");
  writeFileSync(configFile, prometheusConfig([], 1));
  start(
    prometheusArgv({ program: tools.get("prometheus")?.path ?? "", configFile, dataDir: join(data, "data"), port }),
  );
  const prometheusUrl = `http://127.0.0.1:${port}`;
  await $({
    quiet: true,
    timeout: "20s",
  })`curl --silent --retry 50 --retry-delay 0 --retry-all-errors --retry-max-time 15 ${prometheusUrl}/-/ready`;
  const bare = join(dir, "bare.js");
  writeFileSync(bare, BARE);
  writeFileSync(join(dir, "soak.js"), SOAK);
  const bundle = join(dir, "bundle.js");
  await bundleScenario({ file: join(dir, "soak.js"), outFile: bundle, packageDir: resolve(".") });
  const command = {
    program: k6.path,
    version: k6.version,
    bundle,
    address: "127.0.0.1:0",
    prometheusUrl,
    histograms: "native",
    constantMemory: true,
    gogc: undefined,
    openTelemetry: null,
    scenarioEnv: { PROOFLOAD_TARGET_URL: url, PROOFLOAD_RUN_ID: "bench" },
  } as const;
  const common = ["--quiet", "--no-usage-report", "--address=127.0.0.1:0", "-e", `PROOFLOAD_TARGET_URL=${url}`];
  return [
    { name: "bare k6, with its summary", argv: [k6.path, "run", ...common, bare], vars: {} },
    {
      name: "bare k6, without summary and thresholds",
      argv: [k6.path, "run", ...common, "--summary-mode=disabled", "--no-thresholds", bare],
      vars: {},
    },
    {
      name: "as proofload runs a soak: the kit, metrics to Prometheus",
      argv: k6RunArgv(command),
      vars: k6RunVars(command),
    },
  ];
}

/** Samples a program's memory until it ends; requests count from its start. */
async function watchMemory(child: ChildProcess, seconds: number, requests: () => Promise<number>): Promise<Sample[]> {
  const samples: Sample[] = [];
  const ended = new Promise<void>((done) => void child.once("exit", () => done()));
  const before = await requests();
  const deadline = performance.now() + (seconds + SLACK_SECONDS) * 1000;
  while (child.exitCode === null && child.signalCode === null && performance.now() < deadline) {
    const bytes = residentBytes(child.pid ?? 0);
    if (bytes > 0) samples.push({ requests: (await requests()) - before, bytes });
    await new Promise((next) => void setTimeout(next, SAMPLE_MS));
  }
  child.kill("SIGTERM");
  await ended;
  // The end is the writing of the summary, and starting up no load.
  const most = samples.at(-1)?.requests ?? 0;
  return samples.filter(({ requests: seen }) => seen > most / 3 && seen < most);
}

async function requestsOf(address: string): Promise<number> {
  return Number(await (await fetch(`http://${address}/count`)).text());
}

function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** The growth from a third of the requests to all of them, and the memory at both ends, each over a tenth of the time. */
function costText(runs: readonly (readonly Sample[])[]): string {
  const ends = runs.map((samples) => {
    const tenth = Math.ceil(samples.length / 10);
    return { early: meanOf(samples.slice(0, tenth)), late: meanOf(samples.slice(-tenth)) };
  });
  const costs = ends.map(({ early, late }) => (late.bytes - early.bytes) / (late.requests - early.requests));
  const text = (samples: readonly Sample[]): string => {
    const { requests, bytes } = meanOf(samples);
    return `${(bytes / MEGABYTE).toFixed(0)} MB after ${Math.round(requests).toLocaleString("en-US")} requests`;
  };
  const [early, late] = [text(ends.map((one) => one.early)), text(ends.map((one) => one.late))];
  const range = `${Math.min(...costs).toFixed(0)} to ${Math.max(...costs).toFixed(0)}`;
  return `${mean(costs).toFixed(0).padStart(5)} MB per million requests (${range}; ${early}, ${late})`;
}

function meanOf(samples: readonly Sample[]): Sample {
  return { requests: mean(samples.map(({ requests }) => requests)), bytes: mean(samples.map(({ bytes }) => bytes)) };
}

/** The memory of `proofload run` itself, where it is built. */
async function runnerMemory(dir: string, start: (argv: readonly string[]) => ChildProcess): Promise<void> {
  if (!existsSync("dist/proofload.js")) return console.log("dist is not built: no run of proofload itself");
  const startedMs = performance.now();
  const argv = ["dist/proofload.js", "run", "soak", "--duration", `${RUN_SECONDS}s`, "--out", join(dir, "runs")];
  const samples = await watchMemory(start([process.execPath, ...argv]), RUN_SECONDS, () =>
    Promise.resolve(Math.round((performance.now() - startedMs) / 1000)),
  );
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return console.log("proofload run soak ended at once");
  const text = ({ requests, bytes }: Sample): string => `${(bytes / MEGABYTE).toFixed(0)} MB after ${requests} s`;
  console.log(`proofload run soak: ${text(first)}, ${text(last)}`);
}
