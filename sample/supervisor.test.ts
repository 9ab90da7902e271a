import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { bundleProgram, runProgram, temporaryFolder } from "./test-programs.ts";

let bundles: Awaited<ReturnType<typeof temporaryFolder>>;
let program: string;
let sleeper: string;
let stubborn: string;

beforeAll(async () => {
  bundles = await temporaryFolder();
  program = await bundleProgram("supervisor", bundles.path);
  sleeper = join(bundles.path, "sleeper.mjs");
  stubborn = join(bundles.path, "stubborn.mjs");
  await writeFile(sleeper, "setInterval(() => {}, 1000);");
  await writeFile(
    stubborn,
    'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log(JSON.stringify({ message: "ready" }));',
  );
});

afterAll(async () => {
  await bundles[Symbol.asyncDispose]();
});

function supervise(pidFile: string, options: readonly string[], argv: readonly string[]) {
  return runProgram(program, ["--pid-file", pidFile, "--restart-delay-ms", "20", ...options, "--", ...argv]);
}

async function pidIn(file: string): Promise<number | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  return /^\d+\n$/.test(text) ? Number(text) : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("a program that was killed is started again, under a new pid in the file", async () => {
  await using folder = await temporaryFolder();
  const pidFile = join(folder.path, "deep", "program.pid");
  await using supervisor = supervise(pidFile, [], [process.execPath, sleeper]);
  await supervisor.logged("program started");
  const first = await pidIn(pidFile);
  expect(first).toBeDefined();
  process.kill(first ?? 0, "SIGKILL");

  await expect.poll(() => pidIn(pidFile)).not.toBe(first);
  expect(isAlive((await pidIn(pidFile)) ?? 0)).toBe(true);
  expect(await supervisor.logged("program ended")).toMatchObject({ pid: first, killed_by: "SIGKILL" });
});

test("SIGTERM ends the program too and removes the pid file", async () => {
  await using folder = await temporaryFolder();
  const pidFile = join(folder.path, "program.pid");
  await using supervisor = supervise(pidFile, [], [process.execPath, sleeper]);
  const { pid } = await supervisor.logged("program started");
  supervisor.kill("SIGTERM");
  expect(await supervisor.ended).toBe(0);
  expect(isAlive(Number(pid))).toBe(false);
  await expect(stat(pidFile)).rejects.toThrow("ENOENT");
});

test("a program that ignores SIGTERM is killed after a while", async () => {
  await using folder = await temporaryFolder();
  const pidFile = join(folder.path, "program.pid");
  await using supervisor = supervise(pidFile, ["--stop-timeout-ms", "100"], [process.execPath, stubborn]);
  await supervisor.logged("ready");
  supervisor.kill("SIGTERM");
  expect(await supervisor.ended).toBe(0);
  expect(await supervisor.logged("program ended")).toMatchObject({ killed_by: "SIGKILL" });
});

test("SIGTERM during the pause before a restart ends it at once", async () => {
  await using folder = await temporaryFolder();
  const pidFile = join(folder.path, "program.pid");
  const options = ["--restart-delay-ms", "60000"];
  await using supervisor = supervise(pidFile, options, [process.execPath, "--eval", ""]);
  await supervisor.logged("program ended");
  supervisor.kill("SIGTERM");
  expect(await supervisor.ended).toBe(0);
});

test.each([
  ["keeps ending", [process.execPath, "--eval", "process.exit(3)"]],
  ["can't be started", ["/nowhere/program"]],
])("it gives up on a program that %s", async (_name, argv) => {
  await using folder = await temporaryFolder();
  const pidFile = join(folder.path, "program.pid");
  await using supervisor = supervise(pidFile, ["--max-restarts", "3"], argv);
  expect(await supervisor.ended).toBe(1);
  expect(supervisor.lines.filter(({ message }) => message === "program ended")).toHaveLength(4);
  expect(supervisor.lines.at(-1)).toMatchObject({ level: "fatal", message: expect.stringContaining("giving up") });
  await expect(stat(pidFile)).rejects.toThrow("ENOENT");
});
