import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Env } from "../lib/env.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { isAwake } from "../lib/process/identity.ts";
import { RUN_MARK } from "../lib/process/marked.ts";
import type { RunEvent } from "../lib/run/events.ts";
import { guard } from "./guardian.ts";
import { halt } from "./halt.ts";
import { createJournal, listJournals, readJournal } from "./journal.ts";
import type { Journal } from "./journal.ts";
import { recoverEarlierRuns } from "./recover.ts";
import { createVirtualClock } from "../lib/testing/virtual-clock.ts";
import { createFakeFault } from "./testing/fake-fault.ts";
import type { FakeFault } from "./testing/fake-fault.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-guardian-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

interface Watched {
  readonly env: Env;
  readonly fake: FakeFault;
  readonly journal: Journal;
  readonly pipe: PassThrough;
  readonly events: RunEvent[];
  readonly said: string[];
}

function watched(runId: string, deadlineAt = Date.now() / 1000 + 60): Watched {
  const said: string[] = [];
  const quiet = { write: (text: string) => void said.push(text), isTTY: false, columns: 80 };
  const env: Env = {
    ...createNodeEnv(),
    vars: { PROOFLOAD_STATE_DIR: join(dir, "state") },
    stdout: quiet,
    stderr: quiet,
    onSignal: () => () => undefined,
  };
  // A runner that does not live any more.
  const journal = createJournal(env, {
    runId,
    runDir: dir,
    runner: { pid: 2 ** 22 + 1, startedAt: "gone" },
    deadlineAt,
  });
  journal.write({
    type: "intent",
    id: 1,
    fault: "latency",
    kind: "fake",
    target: "proxy/store",
    undo: { what: "x" },
    locks: [],
    at: 1,
  });
  const fake = createFakeFault();
  fake.active = true;
  return { env, fake, journal, pipe: new PassThrough(), events: [], said };
}

const guarding = ({ env, journal, fake, pipe, events }: Watched, leaseMs = 60_000): ReturnType<typeof guard> =>
  guard(env, {
    journalPath: journal.path,
    leaseMs,
    faults: [fake.fault],
    input: pipe,
    emit: (event) => events.push(event),
  });

describe("the guardian", () => {
  test("does not say that all is over where a line of the journal was damaged", async () => {
    const watch = watched("damaged");
    damageIntent(watch);
    const guarded = guarding(watch);
    watch.pipe.end();
    expect(await guarded).toBe(5);
    expect(listJournals(watch.env)).toEqual([watch.journal.path]);
  });

  test("undoes everything when the runner's end of the pipe closes", async () => {
    const watch = watched("pipe");
    const guardian = guarding(watch);
    watch.pipe.write("renew\n");
    watch.pipe.end();
    expect(await guardian).toBe(0);
    expect(watch.fake.active).toBe(false);
    expect(watch.events.map(({ type }) => type)).toEqual(["cut-short", "fault-undone"]);
    expect(listJournals(watch.env)).toEqual([]);
    expect(existsSync(join(dir, "faults.journal"))).toBe(true);
  });

  test("ends the programs of a dead runner too, by the mark they carry", async () => {
    const watch = watched(`mark-${process.pid}`);
    const program = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
      env: { [RUN_MARK]: `mark-${process.pid}` },
      stdio: "ignore",
    });
    await once(program, "spawn");
    const ended = once(program, "exit");
    watch.pipe.end();
    expect(await guarding(watch)).toBe(0);
    expect((await ended)[1]).toBe("SIGTERM");
  });

  test("undoes nothing when it is disarmed", async () => {
    const watch = watched("disarmed");
    watch.pipe.end("disarm\n");
    expect(await guarding(watch)).toBe(0);
    expect(watch.fake.calls).toEqual([]);
    expect(readJournal(watch.journal.path).fence).toBe(1);
  });

  test("undoes the faults of a runner that lives but stopped renewing, and fences it off", async () => {
    const watch = watched("lease");
    const guardian = guarding(watch, 40);
    while (watch.fake.active) await new Promise(setImmediate);
    expect(watch.said.join("")).toContain("took-over lease-expired");
    expect(() => watch.journal.write({ type: "injected", id: 1, at: 1 })).toThrow(/took over/);
    watch.pipe.end();
    expect(await guardian).toBe(0);
  });

  test("undoes again what a runner injected that woke up after its lease and then died", async () => {
    const watch = watched("late");
    const guardian = guarding(watch, 300);
    await expect.poll(() => watch.fake.active).toBe(false);
    await expect.poll(() => watch.said).toContain("took-over lease-expired\n");
    // Stopped between its intent and its injection, it goes on with that before it sees that it was fenced off.
    watch.fake.active = true;
    watch.pipe.end();
    expect(await guardian).toBe(0);
    expect(watch.fake.active).toBe(false);
    expect(listJournals(watch.env)).toEqual([]);
  });

  test("undoes the faults when the deadline passes", async () => {
    const watch = watched("deadline", 1);
    const guardian = guarding(watch, 400);
    while (watch.fake.active) await new Promise(setImmediate);
    expect(watch.said.join("")).toContain("deadline-passed");
    watch.pipe.end();
    expect(await guardian).toBe(0);
  });

  test("undoes the faults when they were halted and the runner does not, but gives it some seconds for it", async () => {
    const watch = watched("halted");
    halt(watch.env, "enough");
    const began = performance.now();
    const guardian = guarding(watch, 60_000);
    while (watch.fake.active) await new Promise(setImmediate);
    expect(performance.now() - began).toBeGreaterThan(4500);
    expect(watch.said.join("")).toContain("took-over halted");
    watch.pipe.end();
    expect(await guardian).toBe(0);
  });

  test("answers 5, keeps the journal and says the command when an undo fails", async () => {
    const watch = watched("left");
    watch.fake.trouble = "undo-throws";
    watch.pipe.end();
    const env = { ...watch.env, clock: createVirtualClock(Date.now()) };
    expect(await guarding({ ...watch, env })).toBe(5);
    expect(watch.events.at(-1)).toMatchObject({ type: "fault-left-behind", command: "proofload chaos recover" });
    expect(listJournals(watch.env)).toEqual([watch.journal.path]);
  });

  test("is not armed for a journal that it can't read", async () => {
    const watch = watched("unread");
    await expect(
      guard(watch.env, {
        journalPath: join(dir, "nowhere.journal"),
        leaseMs: 60_000,
        faults: [],
        input: watch.pipe,
        emit: () => undefined,
      }),
    ).rejects.toThrow("ENOENT");
    expect(watch.said).toEqual([]);
  });

  test("undoes even when the timeline can't be written", async () => {
    const watch = watched("full");
    const guardian = guard(watch.env, {
      journalPath: watch.journal.path,
      leaseMs: 60_000,
      faults: [watch.fake.fault],
      input: watch.pipe,
      emit: () => {
        throw new Error("ENOSPC");
      },
    });
    watch.pipe.end();
    expect(await guardian).toBe(0);
    expect(watch.fake.active).toBe(false);
  });
});

/** A bit of an intent that was written and injected is turned. */
function damageIntent({ journal }: Watched): void {
  journal.write({ type: "injected", id: 1, at: 2 });
  writeFileSync(journal.path, readFileSync(journal.path, "utf8").replace('"intent"', '"inteot"'));
}

describe("recovering earlier runs", () => {
  test("tells that something may be left, and keeps the journal, where a line of it was damaged", async () => {
    const watch = watched("damaged");
    damageIntent(watch);
    expect(await recoverEarlierRuns(watch.env, [watch.fake.fault])).toMatchObject([
      { kind: "recovered", unread: expect.stringMatching(/1 damaged line .*end it by hand/) },
    ]);
    expect(listJournals(watch.env)).toEqual([watch.journal.path]);
  });

  test("ends what a run left whose runner and guardian are gone", async () => {
    const { env, fake, journal } = watched("cut-off");
    expect(await recoverEarlierRuns(env, [fake.fault])).toMatchObject([
      { kind: "recovered", runId: "cut-off", undone: [{ kind: "undone" }], processesLeft: [] },
    ]);
    expect(fake.active).toBe(false);
    expect(existsSync(journal.path)).toBe(false);
    expect(await recoverEarlierRuns(env, [fake.fault])).toEqual([]);
  });

  test("leaves a run alone whose runner lives", async () => {
    const { env, fake } = watched("other");
    const { identifyProcess } = await import("../lib/process/identity.ts");
    const self = await identifyProcess(env, process.pid);
    const journal = createJournal(env, {
      runId: "live",
      runDir: dir,
      runner: self ?? { pid: 0, startedAt: "" },
      deadlineAt: 1,
    });
    journal.write({
      type: "intent",
      id: 1,
      fault: "f",
      kind: "fake",
      target: "t",
      undo: { what: "y" },
      locks: [],
      at: 1,
    });
    expect(await recoverEarlierRuns(env, [fake.fault])).toContainEqual({ kind: "running", runId: "live" });
    expect(readJournal(journal.path).open).toHaveLength(1);
  });

  test.skipIf(process.platform !== "linux")(
    "does not leave faults to a runner or a guardian that was stopped, and can end nothing",
    async () => {
      const { env, fake } = watched("other");
      const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
      try {
        await once(child, "spawn");
        const { identifyProcess } = await import("../lib/process/identity.ts");
        const self = (await identifyProcess(env, child.pid ?? 0)) ?? { pid: 0, startedAt: "" };
        const opening = { runDir: dir, deadlineAt: Date.now() / 1000 + 60 };
        createJournal(env, { ...opening, runId: "runner", runner: self });
        const watching = createJournal(env, { ...opening, runId: "watching", runner: { pid: 0, startedAt: "gone" } });
        watching.write({ type: "guardian-armed", guardian: self, at: 1 });
        const recovered = async (): Promise<readonly unknown[]> =>
          (await recoverEarlierRuns(env, [fake.fault])).map((one) =>
            "runId" in one ? `${one.runId} ${one.kind}` : one,
          );
        expect(await recovered()).toEqual(["other recovered", "runner running", "watching running"]);
        child.kill("SIGSTOP");
        await expect.poll(() => isAwake(env, self)).toBe(false);
        expect(await recovered()).toEqual(["runner recovered", "watching recovered"]);
      } finally {
        child.kill("SIGKILL");
      }
    },
  );

  test("keeps what it can't read, says so, and goes on with the others", async () => {
    const { env, fake } = watched("z-good");
    const bad = join(dir, "state", "a-bad.journal");
    writeFileSync(bad, "00000000 {}\n");
    expect(await recoverEarlierRuns(env, [fake.fault])).toMatchObject([
      { kind: "failed", path: bad },
      { kind: "recovered", runId: "z-good" },
    ]);
    expect(existsSync(bad)).toBe(true);
    expect(fake.active).toBe(false);
  });

  test("keeps a journal whose fault it can't undo, and says why", async () => {
    const { env, journal } = watched("unknown");
    expect(await recoverEarlierRuns(env, [])).toMatchObject([
      { undone: [{ kind: "left", message: expect.stringContaining("no fault 'fake'") as string }] },
    ]);
    expect(existsSync(journal.path)).toBe(true);
  });
});
