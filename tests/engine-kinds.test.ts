import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { Fault, FaultWorld } from "../chaos/fault.ts";
import { containerPause } from "../chaos/faults/container-pause.ts";
import { containerStop } from "../chaos/faults/container-stop.ts";
import { cpu } from "../chaos/faults/cpu.ts";
import { memory } from "../chaos/faults/memory.ts";
import { engineAddress, parseEngineAddress } from "../lib/docker/address.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { buildNodeImage, NODE_IMAGE, removeNodeImage, whyNoDocker } from "./support/docker.ts";
import { startPipe } from "./support/http-pipe.ts";
import type { HttpPipe } from "./support/http-pipe.ts";

const env = createNodeEnv();
const world: FaultWorld = { env, runId: "test-run" };
const { signal } = new AbortController();
const without = await whyNoDocker();
const title = `a real engine that says of itself that it is another one${without === null ? "" : ` (skipped: ${without})`}`;
const NAME = `proofload-kinds-${process.pid}`;
const docker = (...args: readonly string[]): string => execFileSync("docker", args, { encoding: "utf8" }).trim();

// What `docker info` and `docker version` of these engines say, as far as it is read (moby's daemon/info_unix.go and api/common.go).
const ROOTLESS = { SecurityOptions: ["name=seccomp,profile=builtin", "name=rootless", "name=cgroupns"] };
const NO_GROUPS = { ...ROOTLESS, CgroupVersion: "1", CgroupDriver: "none", MemoryLimit: false, CpuCfsQuota: false };
const DELEGATED = { ...ROOTLESS, CgroupVersion: "2", CgroupDriver: "systemd", MemoryLimit: true, CpuCfsQuota: true };
const NO_CPU = { ...DELEGATED, CpuCfsQuota: false };

describe.skipIf(without !== null)(title, () => {
  let dir = "";
  let id = "";
  let pipe: HttpPipe;
  let engine = "";

  beforeAll(async () => {
    await buildNodeImage();
    id = docker("run", "--detach", "--name", NAME, NODE_IMAGE, "-e", "setInterval(() => {}, 100)");
  });
  afterAll(async () => {
    docker("rm", "--force", NAME);
    await removeNodeImage();
  });
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), "proofload-kinds-"));
    const where = parseEngineAddress(engineAddress(env), env.vars);
    const path = join(dir, "docker.sock");
    pipe = await startPipe(where.kind === "socket" ? { socketPath: where.path } : where, { path });
    engine = `unix://${path}`;
  });
  afterEach(async () => {
    await pipe.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const says = (about: RegExp, facts: object): void => {
    pipe.rewrites = (asked, body) => (about.test(asked) ? { ...(body as object), ...facts } : body);
  };
  const readyOf = (fault: Fault, settings: object) =>
    fault.ready(
      world,
      { kind: "container", name: "app", engine, id, readyUrl: null },
      "it",
      fault.settings.parse(settings),
    );
  const FAULTS: readonly (readonly [Fault, object])[] = [
    [cpu, { cores: 0.5 }],
    [memory, { limit: "100MiB" }],
    [containerPause, {}],
  ];

  test.each<[string, object, readonly string[]]>([
    ["without root and without control groups", NO_GROUPS, ["cpu", "memory", "container-pause"]],
    ["without root, with cgroup v2 delegated", DELEGATED, []],
    ["without root, with cgroup v2 and without the CPU's", NO_CPU, ["cpu"]],
    ["with root", {}, []],
  ])("%s: what can't work is refused before anything is done", async (_, facts, refused) => {
    says(/\/info$/, facts);
    const found = await Promise.all(
      FAULTS.map(async ([fault, settings]) =>
        readyOf(fault, settings).then(
          () => [],
          (error: { code: string; exitCode: number; message: string }) => {
            expect(error).toMatchObject({ code: "engine-unable", exitCode: 4 });
            expect(error.message).toContain("it runs without root, cgroup v");
            return [fault.kind];
          },
        ),
      ),
    );
    expect(found.flat()).toEqual(refused);
    expect(pipe.count(/^(POST|PUT|DELETE) /)).toBe(0);
    // A stop needs none of it.
    await expect(readyOf(containerStop, {})).resolves.toBeDefined();
  });

  test("that speaks API 1.44 at the least is spoken to in that", async () => {
    says(/\/version$/, { ApiVersion: "1.52", MinAPIVersion: "1.44" });
    // What is behind it speaks less.
    pipe.redirects = (url) => url.replace(/^\/v1\.44\//, "/v1.41/");
    const ready = await readyOf(containerPause, {});
    await ready.inject();
    expect(await ready.prove(signal)).toMatchObject({ held: true });
    await ready.undo();
    expect(await ready.proveUndone(signal)).toMatchObject({ held: true });
    expect(pipe.count(/ \/v1\.44\/containers\/.*\/pause/)).toBe(1);
    expect(pipe.count(/ \/v1\.(?!44)/)).toBe(0);
  });

  test.each([
    [
      "newer than all that is known",
      { ApiVersion: "1.70", MinAPIVersion: "1.60" },
      "its API 1.60 to 1.70 is none that",
    ],
    ["older than what is needed", { ApiVersion: "1.24", MinAPIVersion: "1.12" }, "its API 1.12 to 1.24 is none that"],
  ])("whose API is %s is refused", async (_, versions, message) => {
    says(/\/version$/, versions);
    await expect(readyOf(containerPause, {})).rejects.toThrow(message);
    expect(pipe.count(/^POST /)).toBe(0);
  });
});
