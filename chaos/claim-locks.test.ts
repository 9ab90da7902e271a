import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { Env } from "../lib/env.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { claimLocks, refuseConflict } from "./claim-locks.ts";
import { createJournal } from "./journal.ts";
import type { Journal } from "./journal.ts";

let dir = "";
let env: Env;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-locks-"));
  env = { ...createNodeEnv(), vars: { PROOFLOAD_STATE_DIR: dir } };
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const openRun = (runId: string): Journal =>
  createJournal(env, { runId, runDir: dir, runner: { pid: 2, startedAt: "b" }, deadlineAt: 9e9 });
const claim = (journal: Journal, ...locks: readonly string[]): Promise<void> =>
  claimLocks(env, { ownJournal: journal.path, locks, signal: new AbortController().signal }, () =>
    journal.write({
      type: "intent",
      id: 1,
      fault: "slow",
      kind: "latency",
      target: "proxy/store",
      undo: {},
      locks: [...locks],
      at: 1,
    }),
  );

test("of two runs that want one resource at the same moment one gets it, and the other is told whose it is", async () => {
  const results = await Promise.allSettled(
    ["run-a", "run-b", "run-c"].map((id) => claim(openRun(id), "toxiproxy store")),
  );
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const result of results) {
    if (result.status === "fulfilled") continue;
    expect(result.reason).toMatchObject({ exitCode: 4, code: "target-busy" });
    expect(String(result.reason)).toMatch(/run run-[abc] has its fault slow on proxy\/store/);
  }
});

test("other resources, and those of a fault that was undone, are free", async () => {
  const first = openRun("run-a");
  await claim(first, "one");
  const second = openRun("run-b");
  expect(() => refuseConflict(env, second.path, ["one"])).toThrow(/run run-a/);
  await claim(second, "two");
  first.write({ type: "undone", id: 1, at: 2 });
  expect(() => refuseConflict(env, second.path, ["one"])).not.toThrow();
});

test("a run is not in its own way", async () => {
  const own = openRun("run-a");
  await claim(own, "one");
  await claim(own, "one");
});
