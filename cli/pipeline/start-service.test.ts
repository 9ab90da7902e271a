import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createJournal } from "../../chaos/journal.ts";
import type { Journal } from "../../chaos/journal.ts";
import { projectSchema } from "../../lib/config/project.ts";
import { createNodeEnv } from "../../lib/node-env.ts";
import { findFreePorts } from "../../lib/process/free-ports.ts";
import { createRunFolder } from "../run-folder.ts";
import type { RunFolder } from "../run-folder.ts";
import { checkServiceUrl } from "./check-service-url.ts";
import { createCleanup } from "./cleanup.ts";
import { startService } from "./start-service.ts";
import type { StackOptions } from "./stack-options.ts";

let dir = "";
let folder: RunFolder;
let journal: Journal;
let cleanup = createCleanup();
let undo: (() => unknown)[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-service-"));
  folder = createRunFolder(createNodeEnv(), dir, "run-1");
  const env = { ...createNodeEnv(), vars: { PROOFLOAD_STATE_DIR: join(dir, "state") } };
  const runner = { pid: 4711, startedAt: "boot:1" };
  journal = createJournal(env, { runId: "run-1", runDir: folder.dir, runner, deadlineAt: 99 });
  cleanup = createCleanup();
  undo = [];
});
afterEach(async () => {
  await cleanup.run(() => undefined);
  await Promise.all(undo.map((step) => step()));
  folder.close();
  journal.close();
  rmSync(dir, { recursive: true, force: true });
});

/** An HTTP server of this process that answers with a status. */
async function answering(status: number): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  undo.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function nobodyAt(): Promise<string> {
  return `http://127.0.0.1:${(await findFreePorts(["nobody"])).nobody}`;
}

/** Starts the one process `app` of a project as a run does. */
async function startApp(url: string, process: object, more: Partial<StackOptions> = {}): Promise<void> {
  const project = projectSchema.parse({
    apiVersion: "proofload.dev/v1",
    kind: "Project",
    metadata: { name: "p" },
    spec: { service: { url, processes: { app: { readyWithin: "300ms", ...process } } } },
  });
  const options: StackOptions = {
    env: createNodeEnv(),
    runId: "run-1",
    folder,
    journal,
    project,
    ports: {},
    projectDir: dir,
    tools: new Map(),
    cleanup,
    signal: new AbortController().signal,
    ...more,
  };
  const { app } = project.spec.service.processes;
  if (app === undefined) throw new Error("no app");
  return startService(options, "app", app);
}

const node = (script: string): readonly string[] => [process.execPath, "-e", script];
const write = (file: string, text: string): readonly string[] =>
  node(`require("fs").writeFileSync(${JSON.stringify(file)}, ${text})`);

describe("a service that somebody else runs", () => {
  test("is taken as it is once it answers, with a redirect too", async () => {
    await startApp(await answering(200), {});
    await startApp(await answering(302), {});
    expect(folder.events()).toEqual([]);
    expect(journal.read().owed).toEqual([]);
  });

  test("that answers 500 is an error which says so, and what to do", async () => {
    const url = await answering(500);
    await expect(startApp(url, {})).rejects.toMatchObject({
      exitCode: 4,
      message: `app was not ready within 0.3 s: ${url} answers 500`,
      hint: expect.stringContaining("The run does not start app: start it before") as string,
    });
  });

  test("that is not there is an error with its address", async () => {
    const url = await nobodyAt();
    await expect(startApp("http://127.0.0.1:1", { ready: `${url}/health` })).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(`${url}/health does not answer .connect ECONNREFUSED`) as string,
    });
  });
});

describe("a service with a start and a stop command", () => {
  test("is started, waited for, and stopped at the end, with its own variables", async () => {
    const started = join(dir, "started");
    const stopped = join(dir, "stopped");
    await startApp(await answering(200), {
      readyWithin: "30s",
      start: write(started, "process.env.ZONE"),
      stop: write(stopped, "process.env.ZONE"),
      env: { ZONE: "b" },
    });
    expect(readFileSync(started, "utf8")).toBe("b");
    expect(existsSync(stopped)).toBe(false);
    expect(journal.read().owed).toMatchObject([{ begun: true, step: { kind: "stop-command", process: "app" } }]);
    expect(await cleanup.run(() => undefined)).toEqual([]);
    expect(readFileSync(stopped, "utf8")).toBe("b");
    expect(journal.read().owed).toEqual([]);
  });

  test("goes on though its start command leaves a program with the same output", async () => {
    const pidFile = join(dir, "pid");
    const script = `const child = require("child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"], { stdio: "inherit", detached: true }); require("fs").writeFileSync(${JSON.stringify(pidFile)}, String(child.pid)); child.unref()`;
    const url = await answering(200);
    await startApp(url, {
      readyWithin: "30s",
      start: node(script),
      stop: node(`process.kill(Number(require("fs").readFileSync(${JSON.stringify(pidFile)})))`),
    });
    expect(await cleanup.run(() => undefined)).toEqual([]);
  });

  test("that fails to start is an error which quotes its log, and is stopped all the same", async () => {
    const stopped = join(dir, "stopped");
    const start = node("console.error('no such network'); process.exit(3)");
    const failing = startApp(await answering(200), { readyWithin: "10s", start, stop: write(stopped, "'x'") });
    await expect(failing).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(/^the start command of app .* ended with exit code 3$/) as string,
      logTail: expect.stringContaining("  | no such network") as string,
    });
    await cleanup.run(() => undefined);
    expect(existsSync(stopped)).toBe(true);
  });

  test("whose start command never ends is killed after its time", async () => {
    const pidFile = join(dir, "pid");
    // A shell, which has begun long before its time is over.
    const start = ["/bin/sh", "-c", `echo $$ > ${pidFile}; exec sleep 1000`];
    const starting = startApp(await answering(200), { readyWithin: "1s", start, stop: node("") });
    await expect(starting).rejects.toThrow("did not end within 1 s");
    const pid = Number(readFileSync(pidFile, "utf8"));
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });

  test("whose start is interrupted rejects with the reason, and is stopped", async () => {
    const stopped = join(dir, "stopped");
    const interrupt = new AbortController();
    const reason = new Error("SIGINT");
    const seen = join(dir, "seen");
    const start = node(`require("fs").writeFileSync(${JSON.stringify(seen)}, ""); setInterval(() => {}, 1000)`);
    const starting = startApp(
      await answering(200),
      { readyWithin: "30s", start, stop: write(stopped, "'x'") },
      { signal: interrupt.signal },
    );
    const rejected = expect(starting).rejects.toBe(reason);
    while (!existsSync(seen)) await new Promise(setImmediate);
    interrupt.abort(reason);
    await rejected;
    await cleanup.run(() => undefined);
    expect(existsSync(stopped)).toBe(true);
  });

  test("whose stop command fails is told and still owed", async () => {
    await startApp(await answering(200), { readyWithin: "10s", start: node(""), stop: node("process.exit(1)") });
    expect(await cleanup.run(() => undefined)).toMatchObject([expect.stringContaining("ended with exit code 1")]);
    expect(journal.read().owed).toHaveLength(1);
  });
});

describe("a service with a command", () => {
  test("that ends before it is ready is an error which quotes its log", async () => {
    const command = node("console.error('no such database'); process.exit(3)");
    await expect(startApp(await nobodyAt(), { readyWithin: "10s", command })).rejects.toMatchObject({
      exitCode: 4,
      message: "app ended at once (exit code 3)",
      logTail: expect.stringContaining("  | no such database") as string,
    });
  });

  test("gets its variables, and is stopped at the end", async () => {
    const { port } = await findFreePorts(["port"]);
    const command = node(
      `require("http").createServer((_, response) => response.end(process.env.ZONE)).listen(${port}, "127.0.0.1")`,
    );
    const url = `http://127.0.0.1:${port}`;
    await startApp(url, { readyWithin: "10s", command, env: { ZONE: "c" } });
    expect(await (await fetch(url)).text()).toBe("c");
    expect(await cleanup.run(() => undefined)).toEqual([]);
    expect(folder.events().at(-1)).toMatchObject({ type: "process-ended", process: "app", how: "stopped" });
  });
});

test("the service's url may give any answer before the load, but must give one", async () => {
  const { signal } = new AbortController();
  await checkServiceUrl(createNodeEnv(), await answering(503), signal);
  const url = await nobodyAt();
  await expect(checkServiceUrl(createNodeEnv(), url, signal)).rejects.toMatchObject({
    exitCode: 4,
    message: expect.stringContaining(`the service does not answer on ${url}: connect ECONNREFUSED`) as string,
  });
});
