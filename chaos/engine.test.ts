import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Env } from "../lib/env.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import type { RunEvent } from "../lib/run/events.ts";
import type { CheckPlan, ExperimentPlan, FaultPlan, ProbeTime } from "../lib/run/plan.ts";
import { PLAIN_EXPERIMENT } from "../lib/testing/plain-experiment.ts";
import { createVirtualClock } from "../lib/testing/virtual-clock.ts";
import type { CheckAnswer, EngineWorld } from "./engine-world.ts";
import { playFaults, preflightFaults } from "./engine.ts";
import { createJournal, readJournal } from "./journal.ts";
import { findTarget } from "./target.ts";
import type { Target } from "./target.ts";
import { createFakeFault } from "./testing/fake-fault.ts";
import type { FakeFault } from "./testing/fake-fault.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-engine-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const TARGETS: readonly Target[] = [
  { kind: "process", name: "store", pidFile: "", readyUrl: "" },
  { kind: "process", name: "api", pidFile: "", readyUrl: "" },
];

let loadOver = false;
let asked: (check: CheckPlan) => CheckAnswer = () => ({ held: true, message: "fine" });
beforeEach(() => {
  loadOver = false;
  asked = () => ({ held: true, message: "fine" });
});

const experimentOf = (...faults: readonly FaultPlan[]): ExperimentPlan => ({
  ...PLAIN_EXPERIMENT,
  name: "e",
  title: "",
  hypothesis: "",
  file: "e.yaml",
  faults,
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
    findTargets: async ({ target }) => [findTarget(TARGETS, target)],
    ask: async (check) => asked(check),
    halted: () => null,
    claim: async (_locks, write) => write(),
    journal,
    emit: (event, at) => events.push({ at: at ?? clock.now() / 1000, ...event }),
    isLoaded: () => !loadOver,
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
    await playFaults(world, experimentOf(plan("held")), 0);
    expect(fake.calls.filter((call) => call === "prove").length).toBeGreaterThanOrEqual(3);
    const withoutRepeats = fake.calls.filter((call, index) => call !== fake.calls[index - 1]);
    expect(withoutRepeats).toEqual(["resolve", "inject", "prove", "undo", "proveUndone"]);
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

  test("whose undo takes its time, and may disturb, has a recovery that begins after it", async () => {
    const fake = createFakeFault();
    const { world, events } = stageFor(fake);
    fake.onUndo = () => world.env.clock.sleep(4000);
    const start = world.env.clock.now() / 1000;
    await playFaults(world, experimentOf(plan("held")), 0);
    expect(shortly(events, start).slice(3)).toEqual([
      "15 settle",
      "19 fault-undone",
      "19 undo-proven",
      "19 recovery/one",
    ]);
  });

  test("is looked at again for twice as long as its first proof took, and no longer", async () => {
    const fake = createFakeFault();
    const { world, events } = stageFor(fake);
    fake.onProve = (time) => world.env.clock.sleep(time === 1 ? 1500 : 2900);
    await playFaults(world, experimentOf(plan("held")), 0);
    expect(events.map(({ type }) => type)).not.toContain("fault-unproven");

    const hanging = createFakeFault();
    const other = stageFor(hanging);
    hanging.onProve = (time) => other.world.env.clock.sleep(time === 1 ? 1500 : 60_000);
    const start = other.world.env.clock.now() / 1000;
    await playFaults(other.world, experimentOf(plan("held")), 0);
    expect(shortly(other.events, start)).toContain("16 fault-unproven");
  });

  test("is undone at once when it has no effect", async () => {
    const fake = createFakeFault();
    fake.trouble = "no-effect";
    const { world, events } = stageFor(fake);
    await playFaults(world, experimentOf(plan("held")), 0);
    expect(events.map(({ type }) => type)).toContain("fault-unproven");
    expect(world.env.clock.monotonicMs()).toBe(10_000);
    expect(fake.active).toBe(false);
  });

  test("counts as unproven when something healed it while it was held", async () => {
    const fake = createFakeFault();
    fake.trouble = "healed-early";
    const { world, events } = stageFor(fake);
    await playFaults(world, experimentOf(plan("held")), 0);
    expect(events.filter(({ type }) => type === "fault-unproven")).toMatchObject([
      { message: expect.stringContaining("gone before the undo") as string },
    ]);
  });

  test("is undone when the injection fails half way", async () => {
    const fake = createFakeFault();
    fake.trouble = "inject-throws";
    const { world, events } = stageFor(fake);
    await playFaults(world, experimentOf(plan("held")), 0);
    expect(fake.active).toBe(false);
    expect(events.map(({ type }) => type)).toContain("fault-unproven");
    expect(readJournal(world.journal.path).open).toEqual([]);
  });

  test("is undone at once when the machine slept meanwhile, and the experiment ends", async () => {
    const fake = createFakeFault();
    const { world, events } = stageFor(fake);
    const { clock } = world.env;
    let sleptMs = 0;
    void clock.sleep(12_000).then(() => (sleptMs = 1_800_000));
    const slept = { ...clock, now: () => clock.now() + sleptMs };
    const playing = playFaults({ ...world, env: { ...world.env, clock: slept } }, experimentOf(plan("held")), 0);
    await expect(playing).rejects.toMatchObject({
      code: "clock-jumped",
      exitCode: 3,
      message: "the clock jumped by 1800 s: the machine slept, or its clock was set",
    });
    expect(fake.active).toBe(false);
    expect(clock.monotonicMs()).toBeLessThan(13_000);
    expect(events.map(({ type }) => type)).toContain("fault-undone");
  });

  test("stays open in the journal, and says so, when it can't be undone", async () => {
    const fake = createFakeFault();
    fake.trouble = "undo-throws";
    const { world, events } = stageFor(fake);
    await playFaults(world, experimentOf(plan("held")), 0);
    const triedMs = world.env.clock.monotonicMs() - 15_000;
    expect([triedMs >= 30_000, triedMs < 60_000]).toEqual([true, true]);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: "fault-left-behind",
        message: "process/store: refused",
        command: "proofload chaos recover, or by hand: undo fake",
      }),
    );
    expect(readJournal(world.journal.path).open).toHaveLength(1);
  });

  test("whose injection got no answer is undone again, for it may be done late", async () => {
    const fake = createFakeFault();
    fake.trouble = "inject-throws";
    const { world, events } = stageFor(fake);
    const late = world.env.clock.sleep(12_000).then(() => (fake.active = true));
    await playFaults(world, experimentOf(plan("held")), 0);
    await late;
    expect(fake.active).toBe(false);
    expect(events.map(({ type }) => type)).toContain("fault-undone");
    expect(readJournal(world.journal.path).open).toEqual([]);
  });

  test("is undone when what its undo needs comes back within half a minute", async () => {
    const fake = createFakeFault();
    fake.trouble = "undo-throws";
    const { world, events } = stageFor(fake);
    void world.env.clock.sleep(40_000).then(() => (fake.trouble = "none"));
    await playFaults(world, experimentOf(plan("held")), 0);
    expect(fake.calls.filter((call) => call === "undo").length).toBeGreaterThan(3);
    expect(events.map(({ type }) => type)).toContain("fault-undone");
    expect(readJournal(world.journal.path).open).toEqual([]);
  });

  test("is undone before an interrupted run goes on to end", async () => {
    const fake = createFakeFault();
    const { world, abort } = stageFor(fake);
    const played = playFaults(world, experimentOf(plan("held"), plan("held", "two", 20)), 0);
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
  await expect(playFaults(world, experimentOf(plan("held")), 0)).rejects.toThrow("Ctrl-C");
  expect(fake.calls).toEqual(["resolve"]);
  expect(readJournal(world.journal.path).open).toEqual([]);
});

test("no fault is added to one that could not be undone", async () => {
  const fake = createFakeFault();
  fake.trouble = "undo-throws";
  const { world, events } = stageFor(fake);
  await playFaults(world, experimentOf(plan("held"), plan("held", "two", 30)), 0);
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
  await playFaults(world, experimentOf(plan("held")), 0);
  expect(fake.calls).toEqual([]);
  expect(events).toMatchObject([{ type: "fault-unproven", message: "it was not injected: the load had ended" }]);
});

describe("an instant fault", () => {
  test("keeps its phase until the target is back, and is not expected to last", async () => {
    const fake = createFakeFault("instant");
    fake.trouble = "healed-early";
    const { world, events } = stageFor(fake);
    const start = world.env.clock.now() / 1000;
    await playFaults(world, experimentOf(plan("instant")), 0);
    expect(shortly(events, start)).toEqual([
      "10 fault/one",
      "10 fault-injected",
      "10 fault-proven",
      "10 undo-proven",
      "15 fault-undone",
      "15 recovery/one",
    ]);
  });

  test("whose target stays away is told as such", async () => {
    const fake = createFakeFault("instant");
    fake.trouble = "never-recovers";
    const { world, events } = stageFor(fake);
    await playFaults(world, experimentOf(plan("instant")), 0);
    expect(events).toContainEqual(expect.objectContaining({ type: "undo-unproven", message: "still away" }));
  });
});

test("a target that can't be found fails the preflight, before any load", async () => {
  const fake = createFakeFault();
  fake.trouble = "resolve-throws";
  const { world, events } = stageFor(fake);
  await expect(preflightFaults(world, experimentOf(plan("held")))).rejects.toThrow("no such target");
  await expect(preflightFaults(world, experimentOf({ ...plan("held"), target: "process/none" }))).rejects.toThrow(
    /no target 'process\/none' opted in/,
  );
  expect(events).toEqual([]);
});

describe("faults at the same time", () => {
  const both = [plan("held"), { ...plan("held", "two"), group: "one", target: "process/api" }];
  const two = { ...experimentOf(...both), blastRadius: { targets: 2, share: 1, never: [] } };

  test("are on together, share their phases, and are undone in reverse", async () => {
    const fake = createFakeFault();
    const { world, events } = stageFor(fake);
    await playFaults(world, two, 0);
    expect(events.flatMap((event) => (event.type === "phase" ? [event.phase] : []))).toEqual([
      "fault/one",
      "settle",
      "recovery/one",
    ]);
    expect(events.filter(({ type }) => type === "fault-injected")).toMatchObject([
      { fault: "one", target: "process/store" },
      { fault: "two", target: "process/api" },
    ]);
    expect(events.flatMap((event) => (event.type === "fault-undone" ? [event.fault] : []))).toEqual(["two", "one"]);
  });

  test("are refused where two of their targets are one thing below", async () => {
    const fake = createFakeFault();
    fake.lock = "network net:[1]";
    const { world } = stageFor(fake);
    const blastRadius = { ...PLAIN_EXPERIMENT.blastRadius, targets: 2 };
    await expect(preflightFaults(world, { faults: two.faults, blastRadius })).rejects.toMatchObject({
      code: "shared-target",
      exitCode: 2,
    });
    expect(fake.calls).not.toContain("inject");
  });

  test("are all undone when one of them can't be injected", async () => {
    const fake = createFakeFault();
    fake.trouble = "inject-throws";
    const { world, events } = stageFor(fake);
    await playFaults(world, two, 0);
    expect(events.filter(({ type }) => type === "fault-unproven")).toMatchObject([
      { fault: "one", message: "lost the connection while injecting" },
      { fault: "two", message: "it was not injected: one could not be" },
    ]);
    expect(readJournal(world.journal.path).open).toEqual([]);
    expect(fake.active).toBe(false);
  });

  test("are refused where they hit more targets than the blast radius allows", async () => {
    const fake = createFakeFault();
    const { world } = stageFor(fake);
    await expect(preflightFaults(world, experimentOf(...both))).rejects.toThrow(
      "one would hit 2 targets at the same time (process/store, process/api), and its blast radius allows 1",
    );
    expect(fake.calls).not.toContain("inject");
  });
});

test("another run's lock keeps a fault from being injected, and leaves no intent", async () => {
  const fake = createFakeFault();
  const { world, events } = stageFor(fake);
  const claim = (): Promise<void> => Promise.reject(new Error("run x has its fault there"));
  await playFaults({ ...world, claim }, experimentOf(plan("held")), 0);
  expect(events).toMatchObject([{ type: "fault-unproven", message: "run x has its fault there" }]);
  expect(readJournal(world.journal.path).open).toEqual([]);
});

describe("a hypothesis", () => {
  const check: CheckPlan = { kind: "promql", query: "up", op: "gte", value: 1 };
  const withProbe = (...when: readonly ProbeTime[]): ExperimentPlan => ({
    ...experimentOf(plan("held")),
    steadyState: [{ name: "lives", check, when }],
  });

  test("that does not hold to begin with ends the experiment before anything is injected", async () => {
    const fake = createFakeFault();
    const { world } = stageFor(fake);
    asked = () => ({ held: false, message: "0, asked >= 1" });
    await expect(playFaults(world, withProbe("before"), 0)).rejects.toThrow(
      "the steady state was not there before the first fault: lives: 0, asked >= 1",
    );
    expect(fake.calls).toEqual([]);
  });

  test("is asked before, again and again during, and after until it holds", async () => {
    const fake = createFakeFault();
    const { world, events } = stageFor(fake);
    const start = world.env.clock.now() / 1000;
    let after = 0;
    asked = () => {
      const over = events.some((event) => event.type === "phase" && event.phase === "recovery/one");
      if (over) after += 1;
      return { held: !over || after > 2, message: "" };
    };
    await playFaults(world, withProbe("before", "during", "after"), 0);
    const probes = events.flatMap((event) =>
      event.type === "probe" ? [`${Math.round(event.at - start)} ${event.when} ${event.group} ${event.held}`] : [],
    );
    expect(probes).toEqual([
      "9 before null true",
      "10 during one true",
      "12 during one true",
      "14 during one true",
      "15 during one true",
      "16 after one true",
    ]);
  });

  test("that nobody can answer is told as such", async () => {
    const fake = createFakeFault();
    const { world, events } = stageFor(fake);
    asked = () => {
      throw new Error("Prometheus is away");
    };
    await playFaults(world, withProbe("after"), 0);
    expect(events.filter(({ type }) => type === "probe")).toMatchObject([
      { held: null, message: "Prometheus is away" },
    ]);
  });
});

describe("an experiment ends at once, with everything undone,", () => {
  const held = plan("held");

  test("when its abort condition held for its time", async () => {
    const fake = createFakeFault();
    const { world } = stageFor(fake);
    asked = () => ({ held: fake.active, message: "42 > 1" });
    const check: CheckPlan = { kind: "promql", query: "errors", op: "gt", value: 1 };
    const experiment = { ...experimentOf(held), abort: [{ name: "too-many-errors", check, forSeconds: 2 }] };
    await expect(playFaults(world, experiment, 0)).rejects.toThrow(
      "the abort condition too-many-errors was met: 42 > 1",
    );
    expect(world.env.clock.monotonicMs()).toBeGreaterThanOrEqual(12_000);
    expect(world.env.clock.monotonicMs()).toBeLessThan(15_000);
    expect(fake.active).toBe(false);
    expect(readJournal(world.journal.path).open).toEqual([]);
  });

  test("when what must go on does not, and not while it does", async () => {
    const check: CheckPlan = { kind: "http", url: "http://x/", status: [200], withinSeconds: 1, contains: null };
    const experiment = { ...experimentOf(held), abort: [{ name: "answers", check, forSeconds: 0 }] };
    const fine = createFakeFault();
    await playFaults(stageFor(fine).world, experiment, 0);
    const fake = createFakeFault();
    asked = () => ({ held: !fake.active, message: "status 503" });
    const { world } = stageFor(fake);
    await expect(playFaults(world, experiment, 0)).rejects.toThrow("the abort condition answers was met: status 503");
    expect(fake.active).toBe(false);
  });

  test("but not by a condition that nobody can answer, which is told once", async () => {
    const fake = createFakeFault();
    const { world, events } = stageFor(fake);
    asked = () => {
      throw new Error("Prometheus is away");
    };
    const check: CheckPlan = { kind: "promql", query: "errors", op: "gt", value: 1 };
    await playFaults(world, { ...experimentOf(held), abort: [{ name: "errors", check, forSeconds: 0 }] }, 0);
    expect(events.filter(({ type }) => type === "note")).toMatchObject([
      { text: "the abort condition errors could not be asked: Prometheus is away" },
    ]);
    expect(events.map(({ type }) => type)).toContain("undo-proven");
  });

  test("when somebody halts all faults", async () => {
    const fake = createFakeFault();
    const { world } = stageFor(fake);
    const play = playFaults({ ...world, halted: () => (fake.active ? "enough" : null) }, experimentOf(held), 0);
    await expect(play).rejects.toThrow("all faults were halted: enough");
    expect(world.env.clock.monotonicMs()).toBeLessThan(11_000);
    expect(fake.active).toBe(false);
  });
});
