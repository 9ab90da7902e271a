import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:http";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { Fault, FaultWorld, ReadyFault } from "../chaos/fault.ts";
import { bandwidth } from "../chaos/faults/bandwidth.ts";
import { proxyDown } from "../chaos/faults/proxy-down.ts";
import { resetPeer } from "../chaos/faults/reset-peer.ts";
import { timeout } from "../chaos/faults/timeout.ts";
import type { Target } from "../chaos/target.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { findFreePorts } from "../lib/process/free-ports.ts";
import { createToxiproxyClient } from "../lib/toxiproxy/client.ts";
import { startToxiproxy } from "./support/toxiproxy.ts";
import type { TestToxiproxy } from "./support/toxiproxy.ts";

const env = createNodeEnv();
const world: FaultWorld = { env, runId: "test-run" };
const { signal } = new AbortController();

let toxiproxy: TestToxiproxy | undefined;
let ports: Readonly<Record<"api" | "proxy", number>>;
let upstreamAddress = "";
const upstream = createServer((_, response) => response.end("x".repeat(30_000)));

beforeAll(async () => {
  ports = await findFreePorts(["api", "proxy"]);
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  upstreamAddress = `127.0.0.1:${(upstream.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await stop();
  upstream.close();
  upstream.closeAllConnections();
});

const apiUrl = (): string => `http://127.0.0.1:${ports.api}`;
const client = () => createToxiproxyClient(env, apiUrl());

async function start(): Promise<void> {
  const listen = `127.0.0.1:${ports.proxy}`;
  toxiproxy = await startToxiproxy(ports.api, { name: "store", listen, upstream: upstreamAddress });
}
const stop = async (): Promise<void> => toxiproxy?.stop();

beforeEach(async () => {
  await stop();
  await start();
});

const target = (): Target => ({
  kind: "proxy",
  name: "store",
  apiUrl: apiUrl(),
  proxyName: "store",
  probeUrl: `http://127.0.0.1:${ports.proxy}/`,
  directUrl: `http://${upstreamAddress}/`,
});
const readyOf = (fault: Fault, settings: object): Promise<ReadyFault> =>
  fault.ready(world, target(), "it", fault.settings.parse(settings));
const state = async (): Promise<string> => {
  const proxy = await client().getProxy("store");
  return JSON.stringify([proxy?.enabled, proxy?.toxics.map(({ name }) => name)]);
};

describe.each<[Fault, object, object]>([
  [bandwidth, { rate: 60 }, { what: "rate through the proxy", asked: 60 }],
  [bandwidth, { rate: 20, direction: "upstream" }, { what: "rate through the proxy", asked: 20 }],
  [timeout, { silence: "300ms" }, { what: "requests through the proxy without an answer", measured: 100 }],
  [resetPeer, {}, { what: "requests through the proxy reset", measured: 100 }],
  [proxyDown, {}, { what: "requests through the proxy refused", measured: 100 }],
])("$kind", (fault, settings, measurement) => {
  test("has its effect, again and again, until its undo, and leaves nothing", async () => {
    const before = await state();
    const ready = await readyOf(fault, settings);
    await ready.inject();
    expect(await ready.prove(signal)).toMatchObject({ held: true, measurement });
    expect(await ready.prove(signal)).toMatchObject({ held: true });
    expect(await ready.proveUndone(signal)).toMatchObject({ held: false });
    await ready.undo();
    await ready.undo();
    expect(await ready.proveUndone(signal)).toMatchObject({ held: true });
    expect(await state()).toBe(before);
  });

  test("is not proven where it has no effect", async () => {
    const ready = await readyOf(fault, settings);
    expect(await ready.prove(signal)).toMatchObject({ held: false });
  });

  test("is seen to have ended early when Toxiproxy is restarted", async () => {
    const ready = await readyOf(fault, settings);
    await ready.inject();
    expect(await ready.prove(signal)).toMatchObject({ held: true });
    await stop();
    await start();
    expect(await ready.prove(signal)).toMatchObject({ held: false });
  });

  test("is undone from the journal's record alone, where it was never injected, and where Toxiproxy is gone", async () => {
    const before = await state();
    const ready = await readyOf(fault, settings);
    const record: unknown = structuredClone(ready.undoRecord);
    await fault.undo(world, record);
    await ready.inject();
    await fault.undo(world, record);
    expect(await state()).toBe(before);
    expect(fault.undoCommand(record)).toContain(`${apiUrl()}/proxies/store`);
    await stop();
    await fault.undo(world, record);
  });
});

test("silence that the upstream keeps, too, is not the fault's doing", async () => {
  const ready = await readyOf(proxyDown, {});
  await ready.inject();
  const [, port] = upstreamAddress.split(":");
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
  try {
    expect(await ready.prove(signal)).toMatchObject({
      held: false,
      message: expect.stringContaining("past the proxy") as string,
    });
  } finally {
    upstream.listen(Number(port), "127.0.0.1");
    await once(upstream, "listening");
  }
});

test("a bandwidth that the probe's answer is too small for is refused before anything happens", async () => {
  for (const direction of ["downstream", "upstream"]) {
    await expect(readyOf(bandwidth, { rate: 100_000, direction })).rejects.toThrow(/too little to tell/);
  }
});
