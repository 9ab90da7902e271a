import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createJournal } from "../../chaos/journal.ts";
import { createNodeEnv } from "../../lib/node-env.ts";
import { identifyProcess } from "../../lib/process/identity.ts";
import { checkLeftovers } from "./check-leftovers.ts";
import { examine } from "./examine.ts";
import { ok } from "./finding.ts";
import { around } from "./testing/around.ts";

const real = createNodeEnv();

describe("checks", () => {
  test("that hang or throw are told, and hold up no other", async () => {
    // Time passes as soon as everything else is done.
    const env = { clock: { ...real.clock, sleep: () => new Promise<void>((resolve) => setImmediate(resolve)) } };
    const hangs = { name: "hangs", examine: () => new Promise<never>(() => undefined) };
    const throws = {
      name: "throws",
      examine: () => {
        throw new Error("disk on fire");
      },
    };
    const fine = { name: "fine", examine: () => [ok("fine", "well")] };
    const findings = await examine(around({ env }), [hangs, throws, fine]);
    expect(findings).toEqual([
      expect.objectContaining({ check: "hangs", state: "bad", cause: "not known after 8 s" }),
      expect.objectContaining({ check: "throws", state: "bad", cause: "could not be checked: disk on fire" }),
      ok("fine", "well"),
    ]);
  });
});

describe("what earlier runs left", () => {
  let dir = "";
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "proofload-leftovers-"));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));
  const env = (): { vars: Record<string, string> } => ({ vars: { PROOFLOAD_STATE_DIR: dir } });
  const gone = { pid: 4_194_303, startedAt: "long ago" };
  const openRun = (runId: string, runner = gone): ReturnType<typeof createJournal> =>
    createJournal({ ...real, ...env() }, { runId, runDir: dir, runner, deadlineAt: 0 });

  test("is listed and left alone", async () => {
    const broken = openRun("run-1");
    broken.write({
      type: "intent",
      id: 1,
      fault: "slow",
      kind: "latency",
      target: "proxy/store",
      undo: {},
      locks: [],
      at: 0,
    });
    broken.close();
    openRun("run-2").close();
    const me = await identifyProcess(real, process.pid);
    openRun("run-3", me ?? gone).close();
    writeFileSync(join(dir, "run-4.journal"), "noise");
    const before = real.clock.now();
    const findings = await checkLeftovers.examine(around({ env: env() }));
    expect(findings).toEqual([
      expect.objectContaining({
        state: "bad",
        cause: "run run-1 was cut off and may have left slow on proxy/store",
        cure: "proofload chaos recover",
      }),
      expect.objectContaining({ state: "warn", cause: expect.stringContaining("run run-2 was cut off") }),
      expect.objectContaining({ state: "warn", cause: "run run-3 is going on" }),
      expect.objectContaining({ state: "bad", cause: expect.stringContaining("run-4.journal can't be read") }),
    ]);
    // The same again: nothing was undone or taken away.
    expect(await checkLeftovers.examine(around({ env: env() }))).toEqual(findings);
    expect(real.clock.now() - before).toBeLessThan(5000);
  });

  test("is nothing at all on a machine without journals", async () => {
    expect(await checkLeftovers.examine(around({ env: { vars: { PROOFLOAD_STATE_DIR: join(dir, "none") } } }))).toEqual(
      [expect.objectContaining({ state: "ok" })],
    );
  });
});
