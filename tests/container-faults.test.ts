import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

import Docker from "dockerode";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { Fault, FaultWorld, ReadyFault } from "../chaos/fault.ts";
import { containerKill } from "../chaos/faults/container-kill.ts";
import { containerPause } from "../chaos/faults/container-pause.ts";
import { containerStop } from "../chaos/faults/container-stop.ts";
import { cpu } from "../chaos/faults/cpu.ts";
import { diskFill } from "../chaos/faults/disk-fill.ts";
import { memory } from "../chaos/faults/memory.ts";
import { networkPartition } from "../chaos/faults/network-partition.ts";
import { packetLoss } from "../chaos/faults/packet-loss.ts";
import type { Target } from "../chaos/target.ts";
import { engineAddress } from "../lib/docker/address.ts";
import { createDockerEngine } from "../lib/docker/index.ts";
import { waitUntilReady } from "../lib/http.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { findFreePorts } from "../lib/process/free-ports.ts";
import { buildNodeImage, NODE_IMAGE, removeNodeImage, whyNoDocker } from "./support/docker.ts";

const env = createNodeEnv();
const world: FaultWorld = { env, runId: "test-run" };
const { signal } = new AbortController();
const without = await whyNoDocker();
const title = `on a real container${without === null ? "" : ` (skipped: ${without})`}`;

// It uses some CPU, so that a limit on that can be told.
const SERVER = `
setInterval(() => { const end = Date.now() + 20; while (Date.now() < end); }, 40);
require("http").createServer((_, response) => response.end("ok")).listen(8080, "0.0.0.0");
process.on("SIGTERM", () => process.exit(0));
process.on("SIGUSR2", () => { const all = []; for (;;) all.push(Buffer.alloc(2 ** 20, 1)); });
`;
const NETWORK = `proofload-test-${process.pid}`;
const NAME = `proofload-test-app-${process.pid}`;

const docker = (...args: readonly string[]): string => execFileSync("docker", args, { encoding: "utf8" }).trim();
const inspect = (format: string): string => docker("inspect", "--format", format, NAME);

describe.skipIf(without !== null)(title, () => {
  let target: Target;
  let url = "";

  beforeAll(async () => {
    await buildNodeImage();
    docker("network", "create", NETWORK);
  });
  afterAll(async () => {
    docker("network", "rm", NETWORK);
    await removeNodeImage();
  });

  beforeEach(() => start());
  afterEach(() => void docker("rm", "--force", "--volumes", NAME));

  async function start(...more: readonly string[]): Promise<void> {
    const { port } = await findFreePorts(["port"]);
    url = `http://127.0.0.1:${port}/`;
    const published = ["--publish", `127.0.0.1:${port}:8080`, "--network", NETWORK, "--network-alias", "shop"];
    const disk = ["--tmpfs", "/data:size=40m"];
    const id = docker("run", "--detach", "--name", NAME, ...published, ...disk, ...more, NODE_IMAGE, "-e", SERVER);
    expect(await waitUntilReady(env, url, { timeoutMs: 60_000 })).toBe(true);
    target = { kind: "container", name: "app", engine: (await createDockerEngine(env)).address, id, readyUrl: url };
  }
  async function restart(...more: readonly string[]): Promise<void> {
    docker("rm", "--force", NAME);
    await start(...more);
  }
  const readyOf = (fault: Fault, settings: object): Promise<ReadyFault> =>
    fault.ready(world, target, "it", fault.settings.parse(settings));
  /** What a fault may change, and must have put back. */
  const state = (): string =>
    [
      inspect("{{.State.Status}} {{.HostConfig.CpuQuota}} {{.HostConfig.NanoCpus}}").replace(" -1 ", " 0 "),
      inspect("{{range $name, $it := .NetworkSettings.Networks}}{{$name}} {{end}}"),
      execFileSync("nsenter", ["-t", inspect("{{.State.Pid}}"), "-n", "iptables", "-S"], { encoding: "utf8" }),
      execFileSync("ls", ["-a", `/proc/${inspect("{{.State.Pid}}")}/root/data`], { encoding: "utf8" }),
    ].join("\n");

  describe.each<[Fault, object, object]>([
    [containerPause, {}, { measured: 1 }],
    [containerStop, { grace: "2s" }, { measured: 0 }],
    [networkPartition, {}, { measured: 1 }],
    [packetLoss, { loss: 0.5 }, { what: "packets dropped", asked: 50 }],
    [cpu, { cores: 0.2 }, { measured: 0.2 }],
    [memory, { limit: "100MiB" }, { measured: 100 }],
    [diskFill, { path: "/data", size: "30MB" }, { what: "free in /data", unit: "MB" }],
  ])("$kind", (fault, settings, measurement) => {
    test("has its effect, again and again, until its undo, and leaves nothing", async () => {
      const before = state();
      const ready = await readyOf(fault, settings);
      await ready.inject();
      const proof = await ready.prove(signal);
      expect(proof).toMatchObject({ held: true, measurement });
      expect(await ready.prove(signal)).toMatchObject({ held: true });
      await ready.undo();
      await ready.undo();
      expect(await ready.proveUndone(signal)).toMatchObject({ held: true });
      expect(state()).toBe(before);
    });

    test("is not proven where it has no effect", async () => {
      const ready = await readyOf(fault, settings);
      expect(await ready.prove(signal)).toMatchObject({ held: false });
    });

    test("is undone from the journal's record alone, where it was never injected, and where the container is gone", async () => {
      const before = state();
      const ready = await readyOf(fault, settings);
      const record: unknown = structuredClone(ready.undoRecord);
      await fault.undo(world, record);
      await ready.inject();
      await fault.undo(world, record);
      expect(state()).toBe(before);
      docker("rm", "--force", NAME);
      await fault.undo(world, record);
      expect(await ready.prove(signal)).toMatchObject({ held: false });
      await start();
    });
  });

  test.each<[Fault, object, readonly string[]]>([
    [containerPause, {}, ["unpause", NAME]],
    [containerStop, { grace: "1s" }, ["start", NAME]],
    [networkPartition, {}, ["network", "connect", NETWORK, NAME]],
    [cpu, { cores: 0.2 }, ["update", "--cpu-quota", "90000", NAME]],
    [memory, { limit: "100MiB" }, ["update", "--memory", "300m", "--memory-swap", "300m", NAME]],
  ])("$kind is seen to have been ended early by somebody else", async (fault, settings, heal) => {
    const ready = await readyOf(fault, settings);
    await ready.inject();
    expect(await ready.prove(signal)).toMatchObject({ held: true });
    docker(...heal);
    expect(await ready.prove(signal)).toMatchObject({ held: false });
    await ready.undo();
  });

  test("network-partition gives the names back by which others find the container", async () => {
    const aliases = (): string => inspect(`{{(index .NetworkSettings.Networks "${NETWORK}").Aliases}}`);
    expect(aliases()).toContain("shop");
    const ready = await readyOf(networkPartition, {});
    await ready.inject();
    await ready.undo();
    expect(aliases()).toContain("shop");
    expect(networkPartition.undoCommand(ready.undoRecord)).toContain(`network connect --alias`);
  });

  test("network-partition gives back what a container asked for on each of its networks", async () => {
    const [own, other] = [`${NETWORK}-own`, `${NETWORK}-other`];
    const [friend, asking] = [`${NAME}-friend`, `${NAME}-asking`];
    const socket = engineAddress(env).slice("unix://".length);
    const api = new Docker({ socketPath: socket });
    docker("network", "create", "--ipv6", "--subnet", "10.231.77.0/24", "--subnet", "fd00:231:77::/64", own);
    docker("network", "create", other);
    try {
      const idle = ["-e", "setInterval(() => {}, 1000)"];
      docker("run", "--detach", "--name", friend, "--network", own, NODE_IMAGE, ...idle);
      // The command line has no way to say all of this to an engine of API 1.41.
      const container = await api.createContainer({
        name: asking,
        Image: NODE_IMAGE,
        Cmd: idle,
        MacAddress: "02:42:aa:bb:cc:dd",
        HostConfig: { NetworkMode: own },
        NetworkingConfig: {
          EndpointsConfig: {
            [own]: {
              IPAMConfig: { IPv4Address: "10.231.77.9", IPv6Address: "fd00:231:77::9" },
              Aliases: ["shop", "till"],
              Links: [`${friend}:friend`],
            },
          },
        },
      });
      await container.start();
      const also = ["--alias", "back", "--link-local-ip", "169.254.7.9", "--driver-opt", "some.option=1"];
      docker("network", "connect", ...also, other, asking);
      const places = async (): Promise<unknown> => {
        const { Networks } = (await container.inspect()).NetworkSettings;
        return Object.entries(Networks).map(([name, it]) => [
          name,
          it.IPAMConfig,
          [...(it.Aliases ?? [])].toSorted(),
          it.Links,
          (it as { DriverOpts?: unknown }).DriverOpts ?? {},
          // What the engine makes of an address goes with it.
          name === own && [it.MacAddress, it.IPAddress, it.GlobalIPv6Address],
        ]);
      };
      const before = await places();
      const where: Target = {
        kind: "container",
        name: "asking",
        engine: engineAddress(env),
        id: container.id,
        readyUrl: null,
      };
      const ready = await networkPartition.ready(world, where, "it", {});
      await ready.inject();
      expect(Object.keys((await container.inspect()).NetworkSettings.Networks)).toEqual([]);
      // As the guardian would: from the journal.
      await networkPartition.undo(world, JSON.parse(JSON.stringify(ready.undoRecord)));
      expect(await ready.proveUndone(signal)).toMatchObject({ held: true });
      expect(await places()).toEqual(before);

      // By hand, as far as the command line can.
      await ready.inject();
      for (const command of ready.undoCommand.split("; ")) {
        execFileSync("sh", ["-c", command]);
      }
      expect(await places()).toEqual(before);

      await ready.inject();
      docker("network", "connect", "--alias", "shop", "--alias", "till", own, asking);
      docker("network", "connect", ...also, other, asking);
      expect(await ready.proveUndone(signal)).toMatchObject({
        held: false,
        message: expect.stringContaining(`lost its links on ${own}`) as string,
      });
    } finally {
      docker("rm", "--force", friend, asking);
      docker("network", "rm", own, other);
    }
  });

  test("limits that were there before are there again", async () => {
    await restart("--cpus", "0.8", "--memory", "500m", "--memory-swap", "600m");
    const limits = (): string => inspect("{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} {{.HostConfig.MemorySwap}}");
    const before = limits();
    for (const [fault, settings] of [
      [cpu, { cores: 0.2 }],
      [memory, { limit: "100MiB" }],
    ] as const) {
      const ready = await readyOf(fault, settings);
      await ready.inject();
      expect(await ready.prove(signal)).toMatchObject({ held: true });
      await ready.undo();
      expect(await ready.proveUndone(signal)).toMatchObject({ held: true });
    }
    expect(limits()).toBe(before);
    await restart("--cpu-quota", "25000", "--cpu-period", "50000");
    const ready = await readyOf(cpu, { cores: 0.2 });
    expect(cpu.undoCommand(ready.undoRecord)).toContain("update --cpu-quota 25000 --cpu-period 50000 ");
  });

  describe("container-kill", () => {
    test("is a crash, after which a restart policy brings the container back by itself", async () => {
      await restart("--restart", "unless-stopped");
      const ready = await readyOf(containerKill, {});
      const startedAt = inspect("{{.State.StartedAt}}");
      await ready.inject();
      expect(await ready.prove(signal)).toMatchObject({ held: true });
      expect(await ready.proveUndone(signal)).toMatchObject({ held: true });
      await ready.undo();
      expect(inspect("{{.State.StartedAt}}")).not.toBe(startedAt);
      // The engine waits longer each time, and calls the container running meanwhile.
      for (let time = 0; time < 4; time += 1) {
        const again = await readyOf(containerKill, {});
        await again.inject();
        expect(await again.prove(signal)).toMatchObject({ held: true });
        expect(await again.proveUndone(signal)).toMatchObject({ held: true });
      }
    });

    test("by the engine is not recovered from by itself, and the undo starts the container", async () => {
      await restart("--restart", "unless-stopped");
      const ready = await readyOf(containerKill, { how: "kill", recoversWithin: "1s" });
      await ready.inject();
      expect(await ready.prove(signal)).toMatchObject({ held: true });
      expect(await ready.proveUndone(signal)).toMatchObject({ held: false });
      const record: unknown = structuredClone(ready.undoRecord);
      await containerKill.undo(world, record);
      await containerKill.undo(world, record);
      expect(inspect("{{.State.Status}}")).toBe("running");
      docker("rm", "--force", NAME);
      await containerKill.undo(world, record);
      await start();
    });
  });

  test("a disk is filled to its end, where a write finds no place, and is free again", async () => {
    const ready = await readyOf(diskFill, { path: "/data", size: "200MB" });
    await ready.inject();
    expect(await ready.prove(signal)).toMatchObject({ held: true, measurement: { measured: 0 } });
    expect(execFileSync("ls", [`/proc/${inspect("{{.State.Pid}}")}/root/data`], { encoding: "utf8" })).toBe(
      "proofload-test-run-it\n",
    );
    await ready.undo();
    expect(await ready.proveUndone(signal)).toMatchObject({ held: true });
  });

  test("a disk is filled to a share of it, by what statfs says", async () => {
    const used = (): number => {
      const root = `/proc/${inspect("{{.State.Pid}}")}/root/data`;
      const told = execFileSync("stat", ["--file-system", "--format", "%b %f %a", root], { encoding: "utf8" });
      const [all = 0, free = 0, available = 0] = told.split(" ").map(Number);
      return (100 * (all - free)) / (all - free + available);
    };
    const ready = await readyOf(diskFill, { path: "/data", fill: "90%" });
    await ready.inject();
    expect(used()).toBeGreaterThan(89.5);
    expect(used()).toBeLessThan(90.5);
    expect(await ready.prove(signal)).toMatchObject({
      held: true,
      measurement: { what: "used of /data", unit: "%", before: 0, asked: 90, measured: 90 },
    });
    // It is as full as that already.
    await expect(readyOf(diskFill, { path: "/data", fill: "50%" })).rejects.toThrow("is 90 % full, and 50 % was asked");
    await ready.undo();
    expect(await ready.proveUndone(signal)).toMatchObject({ held: true, measurement: { measured: 0 } });
    expect(used()).toBe(0);
    await expect(readyOf(diskFill, { path: "/", fill: "100%" })).rejects.toThrow(/would leave less than/);
    for (const wrong of [{}, { size: "1MB", fill: "90%" }, { fill: "0%" }, { fill: "0.9" }]) {
      expect(diskFill.settings.safeParse({ path: "/data", ...wrong }).success).toBe(false);
    }
  });

  test("nothing is written through a link, which would lead to this machine's own disk", async () => {
    const root = `/proc/${inspect("{{.State.Pid}}")}/root`;
    execFileSync("ln", ["-s", "/tmp", `${root}/data/out`]);
    await expect(readyOf(diskFill, { path: "/data/out", size: "1MB" })).rejects.toThrow(
      "/data/out in container app is a link",
    );
    execFileSync("mkdir", [`${root}/data/in`]);
    const ready = await readyOf(diskFill, { path: "/data/in", size: "1MB" });
    execFileSync("rm", ["-r", `${root}/data/in`]);
    execFileSync("ln", ["-s", "/tmp", `${root}/data/in`]);
    await expect(ready.inject()).rejects.toThrow("/data/in in container app is a link");
    expect(existsSync("/tmp/proofload-test-run-it")).toBe(false);
  });

  test.each<[Fault, object]>([
    [containerKill, {}],
    [containerStop, {}],
    [memory, { limit: "100MiB" }],
  ])("$kind refuses a container that would be gone for good", async (fault, settings) => {
    await restart("--rm");
    await expect(readyOf(fault, settings)).rejects.toThrow(/was started with --rm/);
  });

  test("a memory limit tells who was killed for want of memory: another process than the container's first", async () => {
    const EATER = "const all = []; for (;;) all.push(Buffer.alloc(2 ** 20, 1));";
    const ready = await readyOf(memory, { limit: "120MiB" });
    await ready.inject();
    const before = await ready.prove(signal);
    expect(before).toMatchObject({ held: true, message: "it may have 120 MiB" });
    expect(() => docker("exec", NAME, process.execPath, "-e", EATER)).toThrow();
    await expect
      .poll(async () => (await ready.prove(signal)).message)
      .toBe("it may have 120 MiB; its kernel killed a process of it for want of memory, and not its first one");
    expect(await ready.prove(signal)).toMatchObject({ held: true });
    await ready.undo();
  });

  test("a memory limit tells that the container itself was killed for it, and came back", async () => {
    await restart("--restart", "unless-stopped");
    const ready = await readyOf(memory, { limit: "120MiB" });
    await ready.inject();
    // Not by the engine: after `docker kill` no restart policy applies, whatever the signal.
    process.kill(Number(inspect("{{.State.Pid}}")), "SIGUSR2");
    await expect
      .poll(async () => (await ready.prove(signal)).message)
      .toBe("it may have 120 MiB; it ran out of memory, and was restarted since");
    expect(await ready.prove(signal)).toMatchObject({ held: true });
    await ready.undo();
  });

  test("a memory limit is not proven by a container that somebody stopped", async () => {
    const ready = await readyOf(memory, { limit: "100MiB" });
    await ready.inject();
    docker("stop", "--time", "1", NAME);
    expect(await ready.prove(signal)).toMatchObject({
      held: false,
      message: expect.stringContaining("somebody stopped it") as string,
    });
    docker("start", NAME);
    await ready.undo();
  });

  test("a disk that others need is not filled", async () => {
    await expect(readyOf(diskFill, { path: "/", size: "100000GB" })).rejects.toThrow(/would leave less than/);
    await expect(readyOf(diskFill, { path: "/none", size: "1MB" })).rejects.toThrow(/there is no \/none/);
    expect(() => diskFill.settings.parse({ path: "/data/../..", size: "1MB" })).toThrow();
  });

  test("a container that does not run, or is paused, is no target", async () => {
    docker("pause", NAME);
    await expect(readyOf(containerStop, {})).rejects.toThrow(/is paused/);
    docker("unpause", NAME);
    docker("stop", "--time", "1", NAME);
    await expect(readyOf(containerStop, {})).rejects.toThrow(/does not run/);
  });
});
