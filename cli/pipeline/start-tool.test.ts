import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { Child, Env, Exit } from "../../lib/env.ts";
import { createNodeEnv } from "../../lib/node-env.ts";
import { createVirtualClock } from "../../lib/testing/virtual-clock.ts";
import { createRunFolder } from "../run-folder.ts";
import type { RunFolder } from "../run-folder.ts";
import { createCleanup } from "./cleanup.ts";
import type { StackOptions } from "./stack-options.ts";
import { keepRunning, startTool } from "./start-tool.ts";

let dir = "";
let folder: RunFolder;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-tool-"));
  folder = createRunFolder(createNodeEnv(), dir, "run-1");
});
afterEach(() => {
  folder.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A tool that is kept running, and what ends the program that runs now. */
async function keep(signal = new AbortController().signal) {
  const clock = createVirtualClock();
  const ends: (() => void)[] = [];
  const spawn = async (): Promise<Child> => {
    let exit: Exit | null = null;
    const exited = new Promise<Exit>((resolve) => {
      ends.push(() => {
        exit = { kind: "signalled", signal: "SIGKILL" };
        resolve(exit);
      });
    });
    return { pid: 100 + ends.length, stdin: null, stdout: null, stderr: null, exited, exit: () => exit };
  };
  const kill = (): boolean => {
    ends.at(-1)?.();
    return true;
  };
  const env: Env = { ...createNodeEnv(), clock, spawn, kill };
  const cleanup = createCleanup();
  const options = { env, runId: "run-1", folder, cleanup, signal } as unknown as StackOptions;
  const tool = { name: "prometheus", argv: ["p"] as const, logFile: join(dir, "log"), readyUrl: null };
  keepRunning(options, tool, await startTool(options, tool));
  return {
    cleanup,
    starts: () => ends.length,
    /** Ends the newest program, and lets pass what is waited before another one is started. */
    end: async () => {
      ends.at(-1)?.();
      await clock.sleep(1000);
      await clock.sleep(1000);
    },
  };
}

test("a tool that is killed again and again is started again three times, and no more", async () => {
  const tool = await keep();
  const starts: number[] = [];
  for (let kills = 0; kills < 5; kills += 1) {
    await tool.end();
    starts.push(tool.starts());
  }
  expect(starts).toEqual([2, 3, 4, 4, 4]);
  expect(folder.events().map(({ type }) => type)).toEqual(
    Array.from({ length: 4 }, () => ["process-started", "process-ended"]).flat(),
  );
});

test("a tool that the run itself ends stays ended, the first or a later one", async () => {
  const tool = await keep();
  await tool.end();
  expect(await tool.cleanup.run(() => undefined)).toEqual([]);
  await tool.end();
  expect(tool.starts()).toBe(2);
  expect(folder.events().at(-1)).toMatchObject({ type: "process-ended", how: "stopped" });
});

test("a tool that ends after the run was aborted stays ended, and nothing is said of it", async () => {
  const run = new AbortController();
  const tool = await keep(run.signal);
  run.abort(new Error("interrupted"));
  await tool.end();
  expect(tool.starts()).toBe(1);
  expect(folder.events().filter(({ type }) => type === "note")).toEqual([]);
});
