import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createNodeEnv } from "../node-env.ts";
import { findFreePorts } from "./free-ports.ts";
import { identifyProcess, isRunning, parseProcStat } from "./identity.ts";
import { endMarkedProcesses, findMarkedProcesses, RUN_MARK } from "./marked.ts";
import { startProgram, waitForProgram } from "./program.ts";
import type { ProgramSpec } from "./program.ts";
import { runCommand } from "./run-command.ts";

const env = createNodeEnv();
let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-process-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("the identity of a process", () => {
  test("holds while it runs, and never again", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(child, "spawn");
    const identity = await identifyProcess(env, child.pid ?? 0);
    if (identity === null) throw new Error("no identity");
    expect(await isRunning(env, identity)).toBe(true);
    expect(await isRunning(env, { ...identity, startedAt: "another time" })).toBe(false);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await isRunning(env, identity)).toBe(false);
  });

  test("is read from a stat line whatever the command is called", () => {
    const tail = Array.from({ length: 49 }, (_, index) => String(index + 4)).join(" ");
    expect(parseProcStat(`12 (a) b) (c) S ${tail}`)).toEqual({ state: "S", startTicks: "22" });
    expect(parseProcStat("12 (x)")).toBeNull();
  });
});

describe("the mark of a run", () => {
  test("finds what its programs started, too, and ends the stubborn ones", async () => {
    const runId = `mark-${process.pid}-${Date.now()}`;
    const stubborn = "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)";
    const parent = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}], { stdio: ['ignore', 'inherit', 'ignore'], detached: true })`;
    const child = spawn(process.execPath, ["-e", parent], {
      env: { [RUN_MARK]: runId },
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(child.stdout, "data");
    expect((await findMarkedProcesses(env, runId)).length).toBeGreaterThanOrEqual(1);
    expect(await endMarkedProcesses(env, runId, 100)).toEqual([]);
    expect(await findMarkedProcesses(env, runId)).toEqual([]);
  });
});

describe("a program of a run", () => {
  const spec = (script: string, readyUrl: string | null = null): ProgramSpec => ({
    name: "tiny",
    argv: [process.execPath, "-e", script],
    cwd: dir,
    logFile: join(dir, "tiny.log"),
    readyUrl,
    readyTimeoutMs: 5000,
  });

  test("sees the mark and no secret of ours", async () => {
    const withSecret = { ...env, vars: { ...process.env, GITHUB_TOKEN: "s3cret" } };
    const program = await startProgram(withSecret, "run-x", spec("console.log(JSON.stringify(process.env))"));
    await program.exited;
    const log = readFileSync(join(dir, "tiny.log"), "utf8");
    expect(log).toContain(`"${RUN_MARK}":"run-x"`);
    expect(log).not.toContain("s3cret");
  });

  test("is ended hard when it does not listen", async () => {
    const program = await startProgram(
      env,
      "run-x",
      spec("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"),
    );
    await program.stop({ graceMs: 50 });
    expect(program.exit()).toMatchObject({ kind: "signalled" });
  });

  test("that ends at once is an error which quotes its log", async () => {
    const given = spec("console.error('no such database'); process.exit(3)", "http://127.0.0.1:1/health");
    const program = await startProgram(env, "run-x", given);
    await expect(waitForProgram(env, program, given, new AbortController().signal)).rejects.toMatchObject({
      message: "tiny ended at once (exit code 3)",
      logTail: expect.stringContaining("  | no such database") as string,
      exitCode: 4,
    });
  });

  test("that does not exist is an error with its name", async () => {
    const missing: ProgramSpec = { ...spec(""), argv: ["/nowhere/at/all"] };
    await expect(startProgram(env, "run-x", missing)).rejects.toMatchObject({
      code: "program-not-started",
      exitCode: 4,
    });
  });
});

test("free ports are all different and can be listened on", async () => {
  const ports = await findFreePorts(["a", "b", "c"]);
  expect(new Set(Object.values(ports)).size).toBe(3);
  const server = createServer().listen(ports.b, "127.0.0.1");
  await once(server, "listening");
  server.close();
});

test("a command whose run is aborted while it is being spawned is ended, not waited for", async () => {
  const stop = new AbortController();
  const late = {
    ...env,
    spawn: async (options: Parameters<typeof env.spawn>[0]) => {
      const child = await env.spawn(options);
      stop.abort(new Error("interrupted"));
      return child;
    },
  };
  const argv = [process.execPath, "-e", "setTimeout(() => {}, 60000)"] as const;
  const command = { name: "a command", argv, cwd: dir, vars: {}, logFile: join(dir, "log"), timeoutMs: 60_000 };
  const begunMs = env.clock.monotonicMs();
  await expect(runCommand(late, "run-1", { ...command, signal: stop.signal })).rejects.toThrow("interrupted");
  expect(env.clock.monotonicMs() - begunMs).toBeLessThan(30_000);
});
