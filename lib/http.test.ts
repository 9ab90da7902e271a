import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, test } from "vitest";

import { httpRequest, waitUntilReady } from "./http.ts";
import { createNodeEnv } from "./node-env.ts";

const env = createNodeEnv();
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe("an exchange", () => {
  test("ends at its deadline when nobody answers, and when the answer does not end", async () => {
    const silent = await serve(() => undefined);
    await expect(httpRequest(env, silent, { timeoutMs: 30 })).rejects.toThrow("no answer within 0.03 s");
    const endless = await serve((_, response) => response.writeHead(200).write("x"));
    await expect(httpRequest(env, endless, { timeoutMs: 30 })).rejects.toThrow("no answer within 0.03 s");
  });

  test("ends with the reason of its signal, before and while it waits", async () => {
    const url = await serve(() => controller.abort(new Error("stop")));
    const controller = new AbortController();
    const { signal } = controller;
    await expect(httpRequest(env, url, { timeoutMs: 10_000, signal })).rejects.toThrow("stop");
    await expect(httpRequest(env, url, { timeoutMs: 10_000, signal })).rejects.toThrow("stop");
  });

  test("follows no redirect", async () => {
    const url = await serve((_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end());
    expect(await httpRequest(env, url, { timeoutMs: 10_000 })).toMatchObject({ status: 302 });
  });
});

describe("waiting until something is ready", () => {
  test("goes on over refusals and errors until the first 2xx", async () => {
    let asked = 0;
    const url = await serve((_, response) => response.writeHead((asked += 1) < 3 ? 503 : 204).end());
    expect(await waitUntilReady(env, url, { timeoutMs: 10_000 })).toBe(true);
    expect(asked).toBe(3);
  });

  test("ends at its deadline, and when it is told to give up", async () => {
    expect(await waitUntilReady(env, "http://127.0.0.1:1/", { timeoutMs: 20 })).toBe(false);
    expect(await waitUntilReady(env, "http://127.0.0.1:1/", { timeoutMs: 10_000, giveUp: () => true })).toBe(false);
  });
});
