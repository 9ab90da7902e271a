import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Env } from "../lib/env.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import type { RunEvent } from "../lib/run/events.ts";
import type { FaultPlan } from "../lib/run/plan.ts";
import { createVirtualClock } from "../lib/testing/virtual-clock.ts";
import { playFaults, preflightFaults } from "./engine.ts";
import type { EngineWorld } from "./engine.ts";
import { createJournal, readJournal } from "./journal.ts";
import { createFakeFault } from "./testing/fake-fault.ts";
import type { FakeFault } from "./testing/fake-fault.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-engine-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

let loadOver = false;
beforeEach(() => {
  loadOver = false;
});

interface Stage {
  readonly world: EngineWorld;
  readonly events: RunEvent[];
  readonly abort: (reason: Error) => void;
}

function stageFor(fake: FakeFault): Stage {
  const clock = createVirtualClock();
  const env: Env = { ...createNodeEnv(), clock, vars: { PROOFLOAD_STATE_DIR: join(dir, "state") } };
  const events: RunEvent[] = [];
  const controller = new AbortController();
  const journal = createJournal(env, { runId: "r", runDir: dir, runner: { pid: 2, startedAt: "b" }, deadlineAt: 9e9 });
  const world: EngineWorld = {
    env,
    runId: "r",
    faults: [fake.fault],
    targets: [{ kind: "process", name: "store", pidFile: "", readyUrl: "" }],
    journal,
    emit: (event, at) => events.push({ at: at ?? clock.now() / 1000, ...event }),
    loadIsOver: () => loadOver,
    signal: controller.signal,
  };
  return { world, events, abort: (reason) => controller.abort(reason) };
}

const plan = (nature: "instant" | "held", name = "one", startSeconds = 10): FaultPlan => ({
  name,
  group: name,
  kind: "fake",
  nature,
  target: "process/store",
  settings: {},
  startSeconds,
  holdSeconds: 5,
  recoverySeconds: 2,
  callerCounts: false,
});

const shortly = (events: readonly RunEvent[], from: number): string[] =>
  events.map((event) => `${Math.round(event.at - from)} ${event.type === "phase" ? event.phase : event.type}`);

describe("a held fault", () => {
  test("is injected, proven, held, proven again, undone and seen to be over, at the planned times", async () => {
    const fake = createFakeFault();
    const { world, events } = stageFor(fake);
    const start = world.env.clock.now() / 1000;
    await playFaults(world, [plan("held")], 0);
    expect(fake.calls).toEqual(["resolve", "inject", "prove", "prove", "undo", "proveUndone"]);
    expect(shortly(events, start)).toEqual([
      "10 fault/one",
      "10 fault-injected",
      "10 fault-proven",
      "15 settle",
      "15 fault-undone",
      "15 undo-proven",
      "15 recovery/one",
    ]);
    expect(readJournal(world.journal.path).open).toEqual([]);
  });

  test("is undone at once when it has no effect", async () => {
    const fake = createFakeFault();
    fake.trouble = "no-effect";
    const { world, events } = stageFor(fake);
    await playFaults(world, [plan("held")], 0);
    expect(events.map(({ type }) => type)).toContain("fault-unproven");
    expect(world.env.clock.monotonicMs()).toBe(10_000);
    expect(fake.active).toBe(false);
  });

  test("counts as unproven when something healed it while it was held", async () => {
    const fake = createFakeFault();
    fake.trouble = "healed-early";
    const { world, events } = stageFor(fake);
    await playFaults(world, [plan("held")], 0);
    expect(events.filter(({ type }) => type === "fault-unproven")).toMatchObject([
      { message: expect.stringContaining("gone before the undo") as string },
    ]);
  });

  test("is undone when the injection fails half way", async () => {
    const fake = createFakeFault();
    fake.trouble = "inject-throws";
    const { world, events } = stageFor(fake);
    await playFaults(world, [plan("held")], 0);
    expect(fake.active).toBe(false);
    expect(events.map(({ type }) => type)).toContain("fault-unproven");
    expect(readJournal(world.journal.path).open).toEqual([]);
  });

  test("stays open in the journal, and says so, when it can't be undone", async () => {
    const fake = createFakeFault();
    fake.trouble = "undo-throws";
    const { world, events } = stageFor(fake);
    await playFaults(world, [plan("held")], 0);
    expect(fake.calls.filter((call) => call === "undo")).toHaveLength(3);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "fault-left-behind", message: "refused", command: "proofload chaos recover" }),
    );
    expect(readJournal(world.journal.path).open).toHaveLength(1);
  });

  test("is undone before an interrupted run goes on to end", async () => {
    const fake = createFakeFault();
    const { world, abort } = stageFor(fake);
    const played = playFaults(world, [plan("held"), plan("held", "two", 20)], 0);
    const checked = expect(played).rejects.toThrow("Ctrl-C");
    while (!fake.calls.includes("prove")) await new Promise(setImmediate);
    abort(new Error("Ctrl-C"));
    await checked;
    expect(fake.calls).toEqual(["resolve", "inject", "prove", "undo", "proveUndone"]);
    expect(readJournal(world.journal.path).open).toEqual([]);
  });
});

test("nothing is injected once the run was ended, however long a look at the target takes", async () => {
  const fake = createFakeFault();
  const { world, abort } = stageFor(fake);
  fake.onResolve = () => abort(new Error("Ctrl-C"));
  await expect(playFaults(world, [plan("held")], 0)).rejects.toThrow("Ctrl-C");
  expect(fake.calls).toEqual(["resolve"]);
  expect(readJournal(world.journal.path).open).toEqual([]);
});

test("no fault is added to one that could not be undone", async () => {
  const fake = createFakeFault();
  fake.trouble = "undo-throws";
  const { world, events } = stageFor(fake);
  await playFaults(world, [plan("held"), plan("held", "two", 30)], 0);
  expect(fake.calls.filter((call) => call === "inject")).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({
    type: "fault-unproven",
    fault: "two",
    message: "it was not injected: one could not be undone",
  });
});

test("no fault is injected once the load has ended", async () => {
  const fake = createFakeFault();
  const { world, events } = stageFor(fake);
  loadOver = true;
  await playFaults(world, [plan("held")], 0);
  expect(fake.calls).toEqual([]);
  expect(events).toMatchObject([{ type: "fault-unproven", message: "it was not injected: the load had ended" }]);
});

describe("an instant fault", () => {
  test("keeps its phase until the target is back, and is not expected to last", async () => {
    const fake = createFakeFault("instant");
    fake.trouble = "healed-early";
    const { world, events } = stageFor(fake);
    const start = world.env.clock.now() / 1000;
    await playFaults(world, [plan("instant")], 0);
    expect(shortly(events, start)).toEqual([
      "10 fault/one",
      "10 fault-injected",
      "10 fault-proven",
      "10 fault-undone",
      "10 undo-proven",
      "15 recovery/one",
    ]);
  });

  test("whose target stays away is told as such", async () => {
    const fake = createFakeFault("instant");
    fake.trouble = "never-recovers";
    const { world, events } = stageFor(fake);
    await playFaults(world, [plan("instant")], 0);
    expect(events).toContainEqual(expect.objectContaining({ type: "undo-unproven", message: "still away" }));
  });
});

test("a target that can't be found fails the preflight, before any load", async () => {
  const fake = createFakeFault();
  fake.trouble = "resolve-throws";
  const { world, events } = stageFor(fake);
  await expect(preflightFaults(world, [plan("held")])).rejects.toThrow("no such target");
  await expect(preflightFaults(world, [{ ...plan("held"), target: "process/api" }])).rejects.toThrow(
    /no target 'process\/api' opted in/,
  );
  expect(events).toEqual([]);
});
