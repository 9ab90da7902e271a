import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Fault, FaultWorld } from "../chaos/fault.ts";
import { latency } from "../chaos/faults/latency.ts";
import { processKill } from "../chaos/faults/process-kill.ts";
import type { Target } from "../chaos/target.ts";
import { waitUntilReady } from "../lib/http.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { findFreePorts } from "../lib/process/free-ports.ts";
import { createToxiproxyClient } from "../lib/toxiproxy/client.ts";
import { startToxiproxy } from "./support/toxiproxy.ts";
import type { TestToxiproxy } from "./support/toxiproxy.ts";

const env = createNodeEnv();
const world: FaultWorld = { env, runId: "test-run" };
const { signal } = new AbortController();
const settingsOf = (fault: Fault, given: object): unknown => fault.settings.parse(given);

describe("latency, on a real Toxiproxy", () => {
  let toxiproxy: TestToxiproxy;
  let apiUrl = "";
  let target: Target & { readonly kind: "proxy" };
  const upstream = createServer((_, response) => response.end("ok"));

  beforeAll(async () => {
    const ports = await findFreePorts(["api", "proxy"]);
    upstream.listen(0, "127.0.0.1");
    await once(upstream, "listening");
    const direct = `127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    const listen = `127.0.0.1:${ports.proxy}`;
    toxiproxy = await startToxiproxy(ports.api, { name: "store", listen, upstream: direct });
    ({ apiUrl } = toxiproxy);
    target = {
      kind: "proxy",
      name: "store",
      apiUrl,
      proxyName: "store",
      probeUrl: `http://${listen}/`,
      directUrl: `http://${direct}/`,
    };
  });
  afterAll(async () => {
    await toxiproxy.stop();
    upstream.close();
  });

  const toxics = async (): Promise<readonly string[]> =>
    ((await createToxiproxyClient(env, apiUrl).getProxy("store"))?.toxics ?? []).map(({ name }) => name);
  const ready = (): ReturnType<Fault["ready"]> =>
    latency.ready(world, target, "slow", settingsOf(latency, { latency: "200ms", jitter: "20ms" }));

  test("slows answers by what was asked, and not after its undo", async () => {
    const fault = await ready();
    await fault.inject();
    expect(await toxics()).toEqual(["proofload-test-run-slow"]);
    const proof = await fault.prove(signal);
    expect(proof).toMatchObject({ held: true, measurement: { unit: "ms" } });
    expect(proof.measurement?.measured).toBeGreaterThanOrEqual(144);
    await fault.undo();
    await fault.undo();
    expect(await toxics()).toEqual([]);
    expect(await fault.proveUndone(signal)).toMatchObject({ held: true });
  });

  test("is not proven when its toxic was taken away", async () => {
    const fault = await ready();
    await fault.inject();
    await createToxiproxyClient(env, apiUrl).removeToxic("store", "proofload-test-run-slow");
    expect(await fault.prove(signal)).toMatchObject({ held: false });
  });

  test("is not over while its toxic is there", async () => {
    const fault = await ready();
    await fault.inject();
    expect(await fault.proveUndone(signal)).toMatchObject({ held: false });
    await fault.undo();
  });

  test("is undone from the journal's record alone, before it was injected too, and when Toxiproxy is gone", async () => {
    const fault = await ready();
    await latency.undo(world, fault.undoRecord);
    await fault.inject();
    await latency.undo(world, structuredClone(fault.undoRecord));
    expect(await toxics()).toEqual([]);
    const { api } = await findFreePorts(["api"]);
    await latency.undo(world, { apiUrl: `http://127.0.0.1:${api}`, proxy: "store", toxic: "t" });
  });

  test("refuses a proxy that is not there, another kind of target, and a jitter that swallows it", async () => {
    const settings = settingsOf(latency, { latency: "200ms" });
    await expect(latency.ready(world, { ...target, proxyName: "other" }, "x", settings)).rejects.toThrow(
      /no enabled proxy/,
    );
    const process: Target = { kind: "process", name: "store", pidFile: "", readyUrl: "" };
    await expect(latency.ready(world, process, "x", settings)).rejects.toThrow(/works on a proxy/);
    expect(() => settingsOf(latency, { latency: "100ms", jitter: "100ms" })).toThrow(/at least 10ms more than/);
  });
});

describe("process-kill, on real processes", () => {
  let dir = "";
  const children: ChildProcess[] = [];
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "proofload-kill-"));
  });
  afterAll(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  });

  const SERVER = "require('node:http').createServer((q, r) => r.end()).listen(+process.argv[1], '127.0.0.1')";
  const start = async (port: number, pidFile: string): Promise<ChildProcess> => {
    const child = spawn(process.execPath, ["-e", SERVER, String(port)], { stdio: "ignore" });
    children.push(child);
    await once(child, "spawn");
    writeFileSync(pidFile, `${child.pid}\n`);
    expect(await waitUntilReady(env, `http://127.0.0.1:${port}/`, { timeoutMs: 60_000 })).toBe(true);
    return child;
  };
  const readyOn = async (name: string, recoversWithin: string) => {
    const { port } = await findFreePorts(["port"]);
    const pidFile = join(dir, `${name}.pid`);
    const child = await start(port, pidFile);
    const target: Target = { kind: "process", name, pidFile, readyUrl: `http://127.0.0.1:${port}/` };
    const fault = await processKill.ready(world, target, "kill", settingsOf(processKill, { recoversWithin }));
    return { fault, child, port, pidFile, target };
  };

  test("kills the process, and sees it come back as another one", async () => {
    const { fault, child, port, pidFile } = await readyOn("back", "60s");
    await fault.inject();
    expect((await once(child, "exit"))[1]).toBe("SIGKILL");
    expect(await fault.prove(signal)).toMatchObject({ held: true });
    const undone = fault.proveUndone(signal);
    await start(port, pidFile);
    expect(await undone).toMatchObject({ held: true, measurement: { unit: "s" } });
  });

  test("sees when it stays away", async () => {
    const { fault } = await readyOn("away", "300ms");
    await fault.inject();
    expect(await fault.prove(signal)).toMatchObject({ held: true });
    expect(await fault.proveUndone(signal)).toMatchObject({
      held: false,
      message: expect.stringContaining("did not come back") as string,
    });
  });

  test("kills nobody when its process ended before", async () => {
    const { fault, child } = await readyOn("ended", "1s");
    child.kill("SIGKILL");
    await once(child, "exit");
    await expect(fault.inject()).rejects.toThrow(/ended before it was killed/);
  });

  test.each(["", "1\n", "0\n", "-5\n", "12 34\n", "99999999\n", "x\n"])(
    "refuses a pid file that holds %j",
    async (text) => {
      const pidFile = join(dir, "bad.pid");
      writeFileSync(pidFile, text);
      const target: Target = { kind: "process", name: "bad", pidFile, readyUrl: "" };
      await expect(processKill.ready(world, target, "kill", settingsOf(processKill, {}))).rejects.toThrow(
        /not running/,
      );
    },
  );
});
