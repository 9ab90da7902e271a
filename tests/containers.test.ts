import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { createJournal } from "../chaos/journal.ts";
import type { Journal } from "../chaos/journal.ts";
import { recoverEarlierRuns } from "../chaos/recover.ts";
import { createCleanup } from "../cli/pipeline/cleanup.ts";
import type { Cleanup } from "../cli/pipeline/cleanup.ts";
import { startService } from "../cli/pipeline/start-service.ts";
import { createRunFolder } from "../cli/run-folder.ts";
import type { RunFolder } from "../cli/run-folder.ts";
import { projectSchema } from "../lib/config/project.ts";
import type { Env } from "../lib/env.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { findFreePorts } from "../lib/process/free-ports.ts";
import { leftovers, startCli } from "./support/cli.ts";
import type { Cli } from "./support/cli.ts";
import { ANY_MACHINE, STEADY, writeProject } from "./support/project.ts";
import { buildNodeImage, containersOf, NODE_IMAGE, removeNodeImage, whyNoDocker } from "./support/docker.ts";

const without = await whyNoDocker();

const SERVER = `
console.log("listening for", process.env.ZONE);
require("http").createServer(({ url }, response) => (url === "/end" ? process.exit(9) : response.end(process.env.ZONE))).listen(8080, "0.0.0.0");
process.on("SIGTERM", () => process.exit(0));
`;

const title = `containers on a real engine${without === null ? "" : ` (skipped: ${without})`}`;

describe.skipIf(without !== null)(title, () => {
  let dir = "";
  let runId = "";
  let env: Env;
  let folder: RunFolder;
  let journal: Journal;
  let cleanup: Cleanup;
  let url = "";
  let port = 0;
  let count = 0;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "proofload-containers-"));
    env = { ...createNodeEnv(), vars: { ...process.env, PROOFLOAD_STATE_DIR: join(dir, "state") } };
    await buildNodeImage();
  });
  afterAll(async () => {
    rmSync(dir, { recursive: true, force: true });
    await removeNodeImage();
  });

  beforeEach(async () => {
    count += 1;
    runId = `test-${process.pid}-${count}`;
    folder = createRunFolder(env, dir, runId);
    // A runner that does not live.
    const runner = { pid: 2 ** 22 + 1, startedAt: "gone" };
    journal = createJournal(env, { runId, runDir: folder.dir, runner, deadlineAt: Date.now() / 1000 + 60 });
    cleanup = createCleanup();
    ({ port } = await findFreePorts(["port"]));
    url = `http://127.0.0.1:${port}`;
    return async () => {
      await cleanup.run(() => undefined);
      folder.close();
      journal.close();
    };
  });

  async function startApp(container: object): Promise<void> {
    const project = projectSchema.parse({
      apiVersion: "proofload.dev/v1",
      kind: "Project",
      metadata: { name: "p" },
      spec: {
        service: {
          url,
          processes: {
            app: { readyWithin: "60s", container: { image: NODE_IMAGE, ports: { 8080: port }, ...container } },
          },
        },
      },
    });
    const { app } = project.spec.service.processes;
    if (app === undefined) throw new Error("no app");
    const { signal } = new AbortController();
    const tools = new Map();
    return startService(
      { env, runId, folder, journal, project, ports: {}, projectDir: dir, tools, cleanup, signal },
      "app",
      app,
    );
  }
  const log = (): string => readFileSync(join(folder.dir, "app.log"), "utf8");
  const server = { args: ["-e", SERVER], env: { ZONE: "a" } };

  test("one is started, reached on 127.0.0.1, logged, and gone at the end", async () => {
    await startApp(server);
    expect(await (await fetch(url)).text()).toBe("a");
    expect(await containersOf(runId)).toEqual([`proofload-${runId}-app`]);
    expect(journal.read().owed).toMatchObject([{ begun: true, step: { kind: "containers", process: "app" } }]);
    expect(await cleanup.run(() => undefined)).toEqual([]);
    expect(await containersOf(runId)).toEqual([]);
    expect(journal.read().owed).toEqual([]);
    expect(log()).toContain("listening for a");
    expect(folder.events()).toMatchObject([
      { type: "process-started", process: "app" },
      { type: "process-ended", process: "app", how: "stopped" },
    ]);
  });

  test("one that ends by itself is told in the timeline, with its exit code", async () => {
    await startApp(server);
    // Not by the clock: it must have been ready before.
    await fetch(`${url}/end`).catch(() => null);
    await expect
      .poll(() => folder.events().at(-1))
      .toMatchObject({
        type: "process-ended",
        process: "app",
        how: "exit code 9",
      });
    expect(await cleanup.run(() => undefined)).toEqual([]);
    expect(await containersOf(runId)).toEqual([]);
  });

  test("one that ends before it is ready is an error which quotes its log", async () => {
    await expect(
      startApp({ args: ["-e", "console.error('no such database'); process.exit(3)"] }),
    ).rejects.toMatchObject({
      exitCode: 4,
      message: "app ended at once (exit code 3)",
      logTail: expect.stringContaining("  | no such database") as string,
    });
  });

  test("a missing image is an error that says how to get it, and nothing is pulled", async () => {
    await expect(startApp({ image: "proofload.invalid/nowhere:1" })).rejects.toMatchObject({
      code: "no-image",
      exitCode: 4,
      hint: expect.stringContaining("docker pull proofload.invalid/nowhere:1") as string,
    });
    expect(await cleanup.run(() => undefined)).toEqual([]);
    expect(journal.read().owed).toEqual([]);
  });

  test("a port that is taken is an error in the engine's words, and the container does not stay", async () => {
    const { createServer } = await import("node:http");
    const other = createServer((_, response) => response.end());
    await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
    try {
      await expect(startApp(server)).rejects.toMatchObject({
        exitCode: 4,
        message: expect.stringContaining(String(port)) as string,
      });
      expect(await cleanup.run(() => undefined)).toEqual([]);
      expect(await containersOf(runId)).toEqual([]);
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  test("one whose runner died is removed by `chaos recover`", async () => {
    await startApp(server);
    const recoveries = await recoverEarlierRuns(env, []);
    expect(recoveries.filter((recovery) => recovery.kind !== "failed" && recovery.runId === runId)).toMatchObject([
      { kind: "recovered", service: [{ kind: "paid", what: "container app" }] },
    ]);
    expect(await containersOf(runId)).toEqual([]);
    expect(existsSync(journal.path)).toBe(false);
  });

  test("one of a run is loaded, judged and removed; and by the guardian when the runner is killed", async () => {
    const project = writeProject("", {
      "proofload.yaml": `apiVersion: proofload.dev/v1
kind: Project
metadata: { name: app }
spec:
  service:
    url: http://127.0.0.1:\${port.app}
    processes:
      app: { container: { image: "${NODE_IMAGE}", args: ${JSON.stringify(["-e", SERVER])}, ports: { "8080": "\${port.app}" } } }
  ${ANY_MACHINE}
`,
      "scenarios/steady.ts": `import http from "k6/http";
export const options = { scenarios: { steady: ${STEADY} } };
export default () => { http.get(__ENV.PROOFLOAD_TARGET_URL + "/", { tags: { name: "GET /" } }); };
`,
    });
    const started: Cli[] = [];
    const runIt = (): Cli => {
      const cli = startCli(["run", "steady"], { cwd: project.dir });
      started.push(cli);
      return cli;
    };
    try {
      const whole = runIt();
      expect(await whole.ended, whole.stderr()).toBe(0);
      expect(await containersOf(basename(await whole.runDir()))).toEqual([]);
      expect(await leftovers(whole, await whole.runDir())).toEqual([]);

      const killed = runIt();
      await killed.event("load-started");
      const killedDir = await killed.runDir();
      expect(await containersOf(basename(killedDir))).toHaveLength(1);
      killed.kill("SIGKILL");
      await killed.ended;
      await expect.poll(() => leftovers(killed, killedDir), { interval: 200 }).toEqual([]);
      expect(await containersOf(basename(killedDir))).toEqual([]);
    } finally {
      for (const cli of started) {
        cli.kill("SIGKILL");
        cli.remove();
      }
      project.remove();
    }
  });
});
