import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { readEvents } from "../../cli/run-folder.ts";
import { createNodeEnv } from "../../lib/node-env.ts";
import { findMarkedProcesses } from "../../lib/process/marked.ts";
import type { Evidence } from "../../lib/run/evidence.ts";
import type { RunEvent } from "../../lib/run/events.ts";
import type { RunPlan } from "../../lib/run/plan.ts";
import type { ExperimentVerdict, RunVerdict } from "../../lib/run/verdict.ts";

export const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const CLI = join(ROOT, "dist", "proofload.js");

/** proofload as a user starts it, in folders of its own. */
export interface Cli {
  readonly pid: number;
  readonly workDir: string;
  readonly stateDir: string;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Its exit code; a signal's name when that ended it. */
  readonly ended: Promise<number | string>;
  kill(signal: NodeJS.Signals): void;
  /** The folder of its one run, as soon as there is one. */
  runDir(): Promise<string>;
  /** Resolves when the timeline has such an event. */
  event(type: RunEvent["type"]): Promise<RunEvent>;
  /** Removes its folders. */
  remove(): void;
}

/** Starts `proofload ARGS` in `cwd`; runs go to a temporary folder. */
export function startCli(args: readonly string[], options: { cwd?: string; vars?: Record<string, string> } = {}): Cli {
  const workDir = mkdtempSync(join(tmpdir(), "proofload-run-"));
  const stateDir = join(workDir, "state");
  const runs = join(workDir, "runs");
  const child = spawn(process.execPath, [CLI, ...args, ...(hasRun(args) ? ["--out", runs] : [])], {
    cwd: options.cwd ?? join(ROOT, "tests", "project"),
    env: { ...process.env, PROOFLOAD_STATE_DIR: stateDir, ...options.vars },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<number | string>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal ?? "?"));
  });
  let isOver = false;
  void ended.then(() => (isOver = true));
  const cli: Cli = {
    pid: child.pid ?? 0,
    workDir,
    stateDir,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    kill: (signal) => void child.kill(signal),
    runDir: async () => {
      for (;;) {
        const [id] = existsSync(runs) ? readdirSync(runs) : [];
        if (id !== undefined && existsSync(join(runs, id, "events.ndjson"))) return join(runs, id);
        if (isOver) throw new Error(`proofload ended without a run:\n${stderr}`);
        await delay(20);
      }
    },
    event: async (type) => {
      const dir = await cli.runDir();
      for (;;) {
        const over = isOver;
        const found = readEvents(dir).find((event) => event.type === type);
        if (found !== undefined) return found;
        if (over) throw new Error(`proofload ended without ${type}:\n${stderr}`);
        await delay(20);
      }
    },
    remove: () => rmSync(workDir, { recursive: true, force: true }),
  };
  return cli;
}

function hasRun([verb, sub]: readonly string[]): boolean {
  return verb === "run" || verb === "demo" || (verb === "chaos" && sub === "run");
}

/** Starts a run of the tests' own project. */
export function startRun(args: readonly string[], options: { vars?: Record<string, string> } = {}): Cli {
  return startCli(["run", ...args], options);
}

export const readVerdict = (dir: string): RunVerdict => readJson(join(dir, "verdict.json")) as RunVerdict;
export const readExperimentVerdict = (dir: string): ExperimentVerdict =>
  readJson(join(dir, "verdict.json")) as ExperimentVerdict;
export const readEvidence = (dir: string): Evidence => readJson(join(dir, "evidence.json")) as Evidence;
export const readPlan = (dir: string): RunPlan => readJson(join(dir, "plan.json")) as RunPlan;

/** What a run left on the machine: marked processes, open journals, ports that still answer. Empty when it is clean. */
export async function leftovers(cli: Cli, dir: string): Promise<readonly string[]> {
  const processes = await findMarkedProcesses(createNodeEnv(), readPlan(dir).runId);
  const journals = existsSync(cli.stateDir) ? readdirSync(cli.stateDir) : [];
  const ports = new Set(
    [...readFileSync(join(dir, "plan.json"), "utf8").matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port)),
  );
  const prometheus = /127\.0\.0\.1:(\d+)/g;
  const config = join(dir, "prometheus", "prometheus.yml");
  for (const [, port] of existsSync(config) ? readFileSync(config, "utf8").matchAll(prometheus) : [])
    ports.add(Number(port));
  const open = await Promise.all([...ports].map(async (port) => ((await answersOn(port)) ? [`port ${port}`] : [])));
  return [...processes.map((pid) => `process ${pid}`), ...journals, ...open.flat()];
}

function answersOn(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}
