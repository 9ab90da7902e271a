import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { FaultWorld } from "../chaos/fault.ts";
import { processPause } from "../chaos/faults/process-pause.ts";
import type { Target } from "../chaos/target.ts";
import { waitUntilReady } from "../lib/http.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { findFreePorts } from "../lib/process/free-ports.ts";

const env = createNodeEnv();
const world: FaultWorld = { env, runId: "test-run" };
const { signal } = new AbortController();
const SERVER = "require('node:http').createServer((q, r) => r.end()).listen(+process.argv[1], '127.0.0.1')";

let dir = "";
let child: ChildProcess;
let target: Target;
let port = 0;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "proofload-pause-"));
  port = (await findFreePorts(["port"])).port;
  target = { kind: "process", name: "app", pidFile: join(dir, "app.pid"), readyUrl: `http://127.0.0.1:${port}/` };
  await start();
});
afterEach(() => {
  child.kill("SIGKILL");
  rmSync(dir, { recursive: true, force: true });
});

async function start(): Promise<void> {
  child = spawn(process.execPath, ["-e", SERVER, String(port)], { stdio: "ignore" });
  await once(child, "spawn");
  writeFileSync(join(dir, "app.pid"), `${child.pid}\n`);
  expect(await waitUntilReady(env, `http://127.0.0.1:${port}/`, { timeoutMs: 60_000 })).toBe(true);
}
const ready = () => processPause.ready(world, target, "it", processPause.settings.parse({}));
const stateOf = (pid: number | undefined): string | undefined =>
  /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];

describe("process-pause", () => {
  test("stops the process, again and again seen to, and lets it go on as it was", async () => {
    const fault = await ready();
    await fault.inject();
    expect(await fault.prove(signal)).toMatchObject({ held: true, measurement: { unit: "ms" } });
    expect(await fault.prove(signal)).toMatchObject({ held: true });
    expect(stateOf(child.pid)).toBe("T");
    await fault.undo();
    await fault.undo();
    expect(await fault.proveUndone(signal)).toMatchObject({ held: true });
    expect(stateOf(child.pid)).not.toBe("T");
    expect(child.exitCode).toBeNull();
  });

  test("is not proven where nothing is paused", async () => {
    expect(await (await ready()).prove(signal)).toMatchObject({
      held: false,
      message: expect.stringContaining("somebody continued it") as string,
    });
  });

  test("is seen to have ended early when somebody continues or restarts the process", async () => {
    const fault = await ready();
    await fault.inject();
    child.kill("SIGCONT");
    expect(await fault.prove(signal)).toMatchObject({ held: false });
    child.kill("SIGKILL");
    await once(child, "exit");
    await start();
    expect(await fault.prove(signal)).toMatchObject({
      held: false,
      message: expect.stringContaining("has ended") as string,
    });
  });

  test("is undone from the journal's record alone, where it was never injected, and where the process is gone", async () => {
    const fault = await ready();
    const record: unknown = structuredClone(fault.undoRecord);
    await processPause.undo(world, record);
    await fault.inject();
    await processPause.undo(world, record);
    expect(stateOf(child.pid)).not.toBe("T");
    expect(processPause.undoCommand(record)).toBe(`kill -CONT ${child.pid}`);
    child.kill("SIGKILL");
    await once(child, "exit");
    await processPause.undo(world, record);
  });

  test("touches nobody when the process ended before, or its pid is another process's now", async () => {
    const fault = await ready();
    child.kill("SIGKILL");
    await once(child, "exit");
    await expect(fault.inject()).rejects.toThrow(/ended before it was paused/);
    // The same pid with another start time is somebody else.
    await start();
    await processPause.undo(world, { pid: child.pid, startedAt: "another" });
    expect(stateOf(child.pid)).not.toBe("T");
  });

  test("refuses one that does not answer to begin with", async () => {
    child.kill("SIGSTOP");
    await expect(ready()).rejects.toThrow(/did not answer/);
    child.kill("SIGCONT");
  });
});
