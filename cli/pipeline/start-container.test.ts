import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createJournal } from "../../chaos/journal.ts";
import type { Journal } from "../../chaos/journal.ts";
import { createNodeEnv } from "../../lib/node-env.ts";
import { createRunFolder } from "../run-folder.ts";
import type { RunFolder } from "../run-folder.ts";
import { createCleanup } from "./cleanup.ts";
import type { StackOptions } from "./stack-options.ts";
import { startContainer } from "./start-container.ts";

/** What an engine answers to `METHOD /path` without version and query; undefined: nothing at all. */
type Engine = Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => unknown>>;

let dir = "";
let folder: RunFolder;
let journal: Journal;
let cleanup = createCleanup();
let server: Server;
let calls: string[] = [];
const real = createNodeEnv();
// Its deadlines are of tens of seconds.
const clock = { ...real.clock, sleep: (ms: number, signal?: AbortSignal) => real.clock.sleep(ms / 20, signal) };
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-container-"));
  folder = createRunFolder(real, dir, "run-1");
  const env = { ...real, vars: { PROOFLOAD_STATE_DIR: join(dir, "state") } };
  const runner = { pid: 4711, startedAt: "boot:1" };
  journal = createJournal(env, { runId: "run-1", runDir: folder.dir, runner, deadlineAt: 99 });
  cleanup = createCleanup();
  calls = [];
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  folder.close();
  journal.close();
  rmSync(dir, { recursive: true, force: true });
});

const CONTAINER: Engine = {
  "GET /version": (_, response) => response.end(JSON.stringify({ Version: "20", ApiVersion: "1.41" })),
  "POST /containers/create": (_, response) => response.writeHead(201).end(JSON.stringify({ Id: "c1" })),
  "POST /containers/c1/start": (_, response) => response.writeHead(204).end(),
  "POST /containers/c1/stop": (_, response) => response.writeHead(204).end(),
  "GET /containers/c1/json": (_, response) => response.end(JSON.stringify({ State: { Running: true, Pid: 9 } })),
  "GET /containers/json": (_, response) => response.end(JSON.stringify([{ Id: "c1" }])),
  "DELETE /containers/c1": (_, response) => response.writeHead(204).end(),
  "POST /containers/c1/wait": () => undefined,
  "GET /containers/c1/logs": () => undefined,
};

async function start(engine: Engine): Promise<void> {
  const socket = join(dir, "docker.sock");
  server = createServer((request, response) => {
    const path = new URL(request.url ?? "", "http://engine").pathname.replace(/^\/v1\.41/, "");
    const call = `${request.method} ${path}`;
    calls.push(call);
    response.once("close", () => calls.push(`end of ${call}`));
    response.setHeader("content-type", "application/json");
    engine[call]?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const env = { ...real, clock, vars: { DOCKER_HOST: `unix://${socket}` } };
  const options = { env, runId: "run-1", folder, journal, cleanup } as unknown as StackOptions;
  const logFile = join(folder.dir, "app.log");
  await startContainer(options, { name: "app", image: "i", args: [], env: {}, ports: {}, logFile });
}
const owed = (): readonly string[] => journal.read().owed.map(({ step }) => step.process);

describe("a container whose creation was not answered", () => {
  const hangUp = { "POST /containers/create": (request: IncomingMessage) => request.destroy() };

  test("is removed when it appears late", async () => {
    let looks = 0;
    const late: Engine["x"] = (_, response) => {
      looks += 1;
      response.end(JSON.stringify(looks > 1 ? [{ Id: "c1" }] : []));
    };
    await expect(start({ ...CONTAINER, ...hangUp, "GET /containers/json": late })).rejects.toThrow("create");
    expect(await cleanup.run(() => undefined)).toEqual([]);
    expect(calls).toContain("DELETE /containers/c1");
    expect(owed()).toEqual([]);
  });

  test("is still owed when the engine does not answer then", async () => {
    const gone = { "GET /containers/json": (request: IncomingMessage) => request.destroy() };
    await expect(start({ ...CONTAINER, ...hangUp, ...gone })).rejects.toThrow("create");
    expect(await cleanup.run(() => undefined)).toEqual([expect.stringContaining("container app to be removed")]);
    expect(owed()).toEqual(["app"]);
  });
});

describe("a container whose end and log never come", () => {
  test("is removed all the same, and nobody goes on asking for them", async () => {
    await start(CONTAINER);
    expect(await cleanup.run(() => undefined)).toEqual([]);
    expect(calls).toContain("DELETE /containers/c1");
    expect(owed()).toEqual([]);
    await expect.poll(() => calls).toContain("end of POST /containers/c1/wait");
    await expect.poll(() => calls).toContain("end of GET /containers/c1/logs");
    const asked = calls.length;
    await clock.sleep(2000);
    expect(calls.length).toBe(asked);
  });

  test("is removed when it can't be stopped, too", async () => {
    await start({ ...CONTAINER, "POST /containers/c1/stop": (_, response) => response.writeHead(500).end("{}") });
    expect(await cleanup.run(() => undefined)).toEqual([expect.stringContaining("stop a container")]);
    expect(calls).toContain("DELETE /containers/c1");
    await expect.poll(() => calls).toContain("end of POST /containers/c1/wait");
  });
});
