import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { readExperimentVerdict, startCli } from "./support/cli.ts";
import type { Cli } from "./support/cli.ts";
import { buildNodeImage, NODE_IMAGE } from "./support/docker.ts";
import { startPipe } from "./support/http-pipe.ts";
import { startOwnEngine, whyNoOwnEngine } from "./support/own-engine.ts";
import type { OwnEngine } from "./support/own-engine.ts";
import { startServer, writeChaosProject } from "./support/project.ts";
import type { ChaosProject, TestServer } from "./support/project.ts";

const without = await whyNoOwnEngine();
const title = `a Docker engine in trouble while a fault is on${without === null ? "" : ` (skipped: ${without})`}`;
const NAME = "shop";

/** A real engine, killed, started again, frozen and thawed. */
describe.skipIf(without !== null)(title, () => {
  let engine: OwnEngine;
  let service: TestServer;
  let project: ChaosProject;
  let id = "";
  const started: Cli[] = [];
  const docker = (...args: readonly string[]): string =>
    execFileSync("docker", ["-H", engine.address, ...args], { encoding: "utf8" }).trim();
  const isPaused = (): string => docker("inspect", "--format", "{{.State.Status}}", NAME);

  beforeAll(async () => {
    engine = await startOwnEngine();
    await buildNodeImage(engine.address);
    service = await startServer((_, response) => response.end("ok"));
  });
  afterAll(async () => {
    await service.stop();
    await engine.remove();
  });
  beforeEach(() => {
    id = docker("run", "--detach", "--name", NAME, NODE_IMAGE, "-e", "setInterval(() => {}, 1000)");
    project = writeChaosProject(`url: "${service.url}", containers: { shop: { name: ${NAME} } }`, "container/shop");
    project.experiment(`  hypothesis: The others answer.
  baseline: 300ms
  steadyState: [{ name: answers, http: { url: / }, when: [before, after] }]
  faults: [{ name: it, kind: container-pause, target: container/shop, hold: 4s, recovery: 1s }]
`);
  });
  afterEach(() => {
    for (const cli of started.splice(0)) {
      cli.kill("SIGKILL");
      cli.remove();
    }
    docker("rm", "--force", NAME);
    project.remove();
  });

  function run(args: readonly string[], vars: Record<string, string> = {}): Cli {
    const cli = startCli(args, { cwd: project.dir, vars: { DOCKER_HOST: engine.address, ...vars } });
    started.push(cli);
    return cli;
  }

  test.each([
    ["restarted", () => engine.kill(), () => engine.start()],
    ["hanging", async () => engine.signal("SIGSTOP"), async () => engine.signal("SIGCONT")],
  ])("%s: the fault's end waits for it, and what was not seen is not proven", async (_, breakIt, mendIt) => {
    const cli = run(["chaos", "run", "it"]);
    await cli.event("fault-proven");
    await breakIt();
    await cli.event("fault-unproven");
    const beganAt = Date.now();
    await delay(8000);
    await mendIt();
    expect([await cli.ended, cli.stderr()]).toEqual([3, expect.stringContaining("it: undone")]);
    expect(Date.now() - beganAt).toBeLessThan(40_000);
    expect(isPaused()).toBe("running");
    expect(readdirSync(cli.stateDir)).toEqual([]);
    const { reasons } = readExperimentVerdict(await cli.runDir());
    expect(reasons.map(({ code }) => code)).toEqual(["fault-not-proven"]);
  });

  test("hanging in the injection itself, which it does later: the fault does not stay", async () => {
    const path = join(project.dir, "docker.sock");
    const pipe = await startPipe({ socketPath: engine.address.slice("unix://".length) }, { path });
    try {
      pipe.hangs = (asked) => {
        if (asked.endsWith("/pause")) engine.signal("SIGSTOP");
        return false;
      };
      const cli = run(["chaos", "run", "it"], { DOCKER_HOST: `unix://${path}` });
      // The runner has given the call up by then; the engine finds it waiting.
      const unproven = await cli.event("fault-unproven");
      expect(unproven).toMatchObject({ message: expect.stringContaining("no answer within 20 s") as string });
      await delay(3000);
      engine.signal("SIGCONT");
      expect([await cli.ended, cli.stderr()]).toEqual([3, expect.stringContaining("it: undone")]);
      await delay(1000);
      expect(isPaused()).toBe("running");
      expect(pipe.count(/\/unpause$/)).toBeGreaterThan(0);
      expect(readdirSync(cli.stateDir)).toEqual([]);
    } finally {
      engine.signal("SIGCONT");
      await pipe.stop();
    }
  });

  test("gone for good: the fault is left behind, with what ends it, until `chaos recover` finds the engine back", async () => {
    const cli = run(["chaos", "run", "it"]);
    await cli.event("fault-proven");
    await engine.kill();
    const code = await cli.ended;
    expect([code, cli.stdout() + cli.stderr()]).toEqual([
      5,
      expect.stringContaining(`docker -H ${engine.address} unpause ${id}`),
    ]);
    const vars = { PROOFLOAD_STATE_DIR: cli.stateDir };
    await engine.start();
    expect(isPaused()).toBe("paused");
    const recover = run(["chaos", "recover"], vars);
    expect([await recover.ended, isPaused()]).toEqual([0, "running"]);
    const again = run(["chaos", "recover"], vars);
    expect([await again.ended, again.stdout()]).toEqual([0, "Nothing was left behind.\n"]);
  });
});
