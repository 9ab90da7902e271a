import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { listJournals, readJournal } from "../../chaos/journal.ts";
import { createDraw } from "../../chaos/schedule.ts";
import { waitUntilReady } from "../../lib/http.ts";
import { createNodeEnv } from "../../lib/node-env.ts";
import { findFreePorts } from "../../lib/process/free-ports.ts";
import { findMarkedProcesses } from "../../lib/process/marked.ts";

/** What became of a run whose runner was killed. */
export interface CrashTrial {
  readonly seed: number;
  /** Milliseconds after the runner's start. */
  readonly killedAfterMs: number;
  readonly guardianKilled: boolean;
  /** Faults that were open in the journal at that moment; null before there was one. */
  readonly open: readonly string[] | null;
  /** How long it took until nothing was left, in milliseconds. */
  readonly cleanAfterMs: number;
  /** What was still there when the time was up. */
  readonly left: readonly string[];
}

/** Tests and scripts both run there. */
const ROOT = process.cwd();

/** So long a run lasts when nobody kills it. */
const RUN_MS = 7500;
/** A machine of any speed. */
const GUARDIAN_WITHIN_MS = 20_000;
const RECOVER_WITHIN_MS = 60_000;

/**
 * Starts an experiment with several faults on a service that outlives the run, kills its runner at a moment that the seed draws, every fourth time with its guardian, and waits until
 * nothing of it is left: by the guardian, else by `chaos recover`.
 */
export async function crashTrial(seed: number): Promise<CrashTrial> {
  const env = createNodeEnv();
  const dir = mkdtempSync(join(tmpdir(), "proofload-crash-"));
  const stateDir = join(dir, "state");
  const ports = await findFreePorts(["store", "proxy"]);
  const storeUrl = `http://127.0.0.1:${ports.store}/health`;
  const victim = startVictim(dir, String(ports.store));
  try {
    if (!(await waitUntilReady(env, storeUrl, { timeoutMs: 60_000 }))) throw new Error("the victim did not start");
    writeProject(dir, String(ports.store), String(ports.proxy));
    const runner = spawn(
      process.execPath,
      [join(ROOT, "dist", "proofload.js"), "chaos", "run", "crash", "--seed", String(seed)],
      {
        cwd: dir,
        env: { ...process.env, PROOFLOAD_STATE_DIR: stateDir },
        stdio: "ignore",
      },
    );
    const draw = createDraw(seed);
    const startedMs = Date.now();
    const ended = once(runner, "exit");
    // However long this machine takes to start it: two of three are killed while there is something to undo.
    if (seed % 3 !== 0) while (runner.exitCode === null && lookAt(stateDir) === null) await delay(20);
    await Promise.race([delay(Math.round(draw() * RUN_MS)), ended]);
    const killedAfterMs = Date.now() - startedMs;
    const seen = lookAt(stateDir);
    const guardianKilled = seed % 4 === 0 && seen?.guardian !== undefined;
    // The guardian first: it would see the runner's end.
    if (guardianKilled) kill(seen?.guardian);
    runner.kill("SIGKILL");
    await ended;
    const killedMs = Date.now();
    const { ids, left } = await untilClean({
      dir,
      stateDir,
      storeUrl,
      proxyPort: ports.proxy ?? 0,
      guardianKilled,
      killedMs,
    });
    if (ids.length > 1) left.push(`${ids.length} runs`);
    return {
      seed,
      killedAfterMs,
      guardianKilled,
      open: seen?.open ?? null,
      cleanAfterMs: Date.now() - killedMs,
      left,
    };
  } finally {
    victim.kill("SIGTERM");
    await Promise.race([once(victim, "exit"), delay(5000)]);
    victim.kill("SIGKILL");
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  }
}

interface Place {
  readonly dir: string;
  readonly stateDir: string;
  readonly storeUrl: string;
  readonly proxyPort: number;
  readonly guardianKilled: boolean;
  readonly killedMs: number;
}

async function untilClean(place: Place): Promise<{ readonly ids: readonly string[]; readonly left: string[] }> {
  const { dir, stateDir, guardianKilled, killedMs } = place;
  const runs = join(dir, ".proofload", "chaos");
  const ids = existsSync(runs) ? readdirSync(runs) : [];
  if (guardianKilled) await recover(dir, stateDir);
  const untilMs = killedMs + (guardianKilled ? RECOVER_WITHIN_MS : GUARDIAN_WITHIN_MS);
  for (;;) {
    const left = await leftovers(place, ids);
    if (left.length === 0 || Date.now() > untilMs) return { ids, left };
    await delay(50);
  }
}

async function recover(dir: string, stateDir: string): Promise<void> {
  const recovering = spawn(process.execPath, [join(ROOT, "dist", "proofload.js"), "chaos", "recover"], {
    cwd: dir,
    env: { ...process.env, PROOFLOAD_STATE_DIR: stateDir },
    stdio: "ignore",
  });
  await once(recovering, "exit");
}

/** Journals, programs of the run, a listening proxy, and a victim that is paused or does not answer. */
async function leftovers({ dir, stateDir, storeUrl, proxyPort }: Place, ids: readonly string[]): Promise<string[]> {
  const env = createNodeEnv();
  const programs = await Promise.all(ids.map((id) => findMarkedProcesses(env, id)));
  const journals = existsSync(stateDir) ? readdirSync(stateDir).filter((name) => name.endsWith(".journal")) : [];
  const proxy = await waitUntilReady(env, `http://127.0.0.1:${proxyPort}/health`, { timeoutMs: 1 });
  const answers = await waitUntilReady(env, storeUrl, { timeoutMs: 200 });
  return [
    ...programs.flat().map((pid) => `program ${pid}`),
    ...journals,
    ...(proxy ? [`port ${proxyPort}`] : []),
    ...(answers ? [] : ["the victim does not answer"]),
    ...(stateOf(pidIn(dir)) === "T" ? ["the victim is paused"] : []),
  ];
}

function lookAt(stateDir: string): { readonly open: readonly string[]; readonly guardian: number | undefined } | null {
  const env = { ...createNodeEnv(), vars: { PROOFLOAD_STATE_DIR: stateDir } };
  const [path] = listJournals(env);
  if (path === undefined) return null;
  try {
    const { open, guardian } = readJournal(path);
    return { open: open.map(({ fault }) => fault), guardian: guardian?.pid };
  } catch {
    // It was retired just now.
    return null;
  }
}

function kill(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, "SIGKILL");
  } catch {
    // It had ended by itself.
  }
}

function pidIn(dir: string): string {
  return readFileSync(join(dir, "store.pid"), "utf8").trim();
}

function stateOf(pid: string): string | undefined {
  try {
    return /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  } catch {
    return undefined;
  }
}

function startVictim(dir: string, port: string): ChildProcess {
  const sample = join(ROOT, "dist", "sample");
  const supervisor = [
    join(sample, "supervisor.js"),
    `--pid-file=${join(dir, "store.pid")}`,
    "--restart-delay-ms=200",
    "--",
  ];
  const store = [process.execPath, join(sample, "store.js"), `--port=${port}`, `--data=${join(dir, "store")}`];
  return spawn(process.execPath, [...supervisor, ...store], { stdio: "ignore" });
}

function writeProject(dir: string, store: string, proxy: string): void {
  mkdirSync(join(dir, "chaos", "experiments"), { recursive: true });
  writeFileSync(
    join(dir, "proofload.yaml"),
    `apiVersion: proofload.dev/v1
kind: Project
metadata: { name: crash }
spec:
  service:
    url: http://127.0.0.1:${store}/health
    processes:
      store: { ready: "http://127.0.0.1:${store}/health", pidFile: ${join(dir, "store.pid")} }
    proxies:
      store: { listen: "127.0.0.1:${proxy}", upstream: "127.0.0.1:${store}", probe: /health }
  targets: [process/store, proxy/store]
`,
  );
  writeFileSync(
    join(dir, "chaos", "experiments", "crash.yaml"),
    `apiVersion: proofload.dev/v1
kind: Experiment
metadata: { name: crash }
spec:
  title: Several faults
  hypothesis: Nothing of it stays.
  baseline: 200ms
  blastRadius: { targets: 2 }
  faults:
    - { name: slow, kind: latency, target: proxy/store, hold: 900ms, recovery: 100ms, settings: { latency: 60ms } }
    - { name: paused, kind: process-pause, target: process/store, hold: 900ms, recovery: 100ms }
    - { name: down, kind: proxy-down, target: proxy/store, with: paused }
    - { name: dead, kind: process-kill, target: process/store, hold: 500ms, recovery: 100ms, settings: { recoversWithin: 5s } }
    - { name: again, kind: latency, target: proxy/store, hold: 900ms, recovery: 100ms, settings: { latency: 60ms } }
`,
  );
}
