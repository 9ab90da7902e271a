import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Env } from "../lib/env.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { RUN_MARK } from "../lib/process/marked.ts";
import type { RunEvent } from "../lib/run/events.ts";
import { guard } from "./guardian.ts";
import { createJournal, listJournals, readJournal, retireJournal } from "./journal.ts";
import type { Journal } from "./journal.ts";
import type { OwedStep } from "./journal-line.ts";
import { owe } from "./owe.ts";
import { recoverEarlierRuns } from "./recover.ts";

let dir = "";
let order = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-owed-"));
  order = join(dir, "order");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const env = (): Env => {
  const quiet = { write: () => undefined, isTTY: false, columns: 80 };
  const vars = { PROOFLOAD_STATE_DIR: join(dir, "state"), DOCKER_HOST: `unix://${dir}/none.sock` };
  return { ...createNodeEnv(), vars, stdout: quiet, stderr: quiet, onSignal: () => () => undefined };
};

/** The journal of a runner that does not live any more. */
const journalOf = (runId: string): Journal =>
  createJournal(env(), {
    runId,
    runDir: dir,
    runner: { pid: 2 ** 22 + 1, startedAt: "gone" },
    deadlineAt: Date.now() / 1000 + 60,
  });

const stopStep = (process: string, script: string): OwedStep => ({
  kind: "stop-command",
  process,
  argv: [globalThis.process.execPath, "-e", script],
  cwd: dir,
  vars: { TOKEN: "s3cret" },
});
const note = (text: string): string => `require("fs").appendFileSync(${JSON.stringify(order)}, ${text})`;

async function guardAfterDeath(journal: Journal): Promise<{ readonly code: number; readonly events: RunEvent[] }> {
  const events: RunEvent[] = [];
  const input = new PassThrough();
  input.end();
  const options = { journalPath: journal.path, leaseMs: 60_000, faults: [], input };
  return { code: await guard(env(), { ...options, emit: (event) => events.push(event) }), events };
}

describe("what a dead run owed to its service", () => {
  test("is done by the guardian, the last one begun first, with the variables of each", async () => {
    const journal = journalOf("owed");
    owe(env(), journal, stopStep("store", note('"store " + process.env.TOKEN + "\\n"'))).begun();
    owe(env(), journal, stopStep("api", note('"api\\n"'))).begun();
    expect(await guardAfterDeath(journal)).toMatchObject({ code: 0 });
    expect(readFileSync(order, "utf8")).toBe("api\nstore s3cret\n");
    expect(listJournals(env())).toEqual([]);
  });

  test("is nothing when it was done before", async () => {
    const journal = journalOf("paid");
    const debt = owe(env(), journal, stopStep("store", note('"store"')));
    debt.begun();
    debt.paid();
    expect(await guardAfterDeath(journal)).toMatchObject({ code: 0 });
    expect(existsSync(order)).toBe(false);
  });

  test("is done by `chaos recover` when the guardian is gone too", async () => {
    owe(env(), journalOf("recovered"), stopStep("store", note('"store"'))).begun();
    expect(await recoverEarlierRuns(env(), [])).toEqual([
      {
        kind: "recovered",
        runId: "recovered",
        undone: [],
        service: [{ kind: "paid", what: "service store" }],
        processesLeft: [],
        unread: null,
      },
    ]);
    expect(readFileSync(order, "utf8")).toBe("store");
  });

  test("comes after a start command that still runs was ended", async () => {
    const runId = `starting-${process.pid}`;
    const start = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
      env: { [RUN_MARK]: runId },
      stdio: "ignore",
    });
    await once(start, "spawn");
    const ended = once(start, "exit");
    const journal = journalOf(runId);
    const isGone = `let gone = false; try { process.kill(${start.pid}, 0) } catch { gone = true }; ${note("String(gone)")}`;
    owe(env(), journal, stopStep("store", isGone));
    expect(await guardAfterDeath(journal)).toMatchObject({ code: 0 });
    await ended;
    expect(readFileSync(order, "utf8")).toBe("true");
  });

  test("is told and kept where it fails, and what else is owed is done all the same", async () => {
    const journal = journalOf("failing");
    owe(env(), journal, stopStep("store", note('"store"'))).begun();
    owe(env(), journal, stopStep("api", "process.exit(7)")).begun();
    owe(env(), journal, { kind: "containers", process: "queue", engine: `unix://${dir}/none.sock` }).begun();
    const { code, events } = await guardAfterDeath(journal);
    expect(code).toBe(5);
    expect(readFileSync(order, "utf8")).toBe("store");
    expect(readJournal(journal.path).owed.map(({ step }) => step.process)).toEqual(["api", "queue"]);
    const left = events.filter(({ type }) => type === "fault-left-behind");
    expect(left).toMatchObject([
      { fault: "container queue", message: expect.stringContaining("no Docker engine can be used") as string },
      { fault: "service api", message: expect.stringContaining(`remove ${journal.path}`) as string },
    ]);
  });
});

test("variables of stop commands are for this user alone, and not in the journal's copy in the run's folder", () => {
  const journal = journalOf("secret");
  const debt = owe(env(), journal, stopStep("store", ""));
  expect(readFileSync(journal.path, "utf8")).toContain("s3cret");
  expect(statSync(journal.path).mode & 0o777).toBe(0o600);
  debt.paid();
  retireJournal(journal);
  const copy = readFileSync(join(dir, "faults.journal"), "utf8");
  expect(copy).toContain("stop-command");
  expect(copy).not.toContain("s3cret");
});
