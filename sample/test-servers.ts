import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { Writable } from "node:stream";

import { startApi } from "./api-server.ts";
import type { ApiOptions } from "./api-server.ts";
import { createLogger } from "./logging.ts";
import { startStore } from "./store-server.ts";

/** A logger for tests, and the lines that it wrote. */
export function memoryLogger(service = "test") {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  return { logger: createLogger({ service, destination }), lines };
}

/** A store in this process, closed at the end of `await using`. */
export async function testStore(folder: string) {
  const { logger, lines } = memoryLogger("store");
  const { port, close } = await startStore({ host: "127.0.0.1", port: 0, folder, logRequestsEvery: 0, logger });
  return { url: `http://127.0.0.1:${port}`, port, lines, [Symbol.asyncDispose]: close };
}

/** An api in this process, closed at the end of `await using`. */
export async function testApi(options: Partial<ApiOptions> & { readonly storeUrl: string }) {
  const { logger, lines } = memoryLogger("api");
  const { port, close } = await startApi({
    host: "127.0.0.1",
    port: 0,
    fragile: false,
    // Longer than in earnest: tests run on busy machines.
    storeTimeoutMs: 200,
    rateLimitPerSecond: 5000,
    outboxCapacity: 100,
    logRequestsEvery: 0,
    logger,
    ...options,
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    lines,
    post: (body: unknown, headers: Record<string, string> = {}) =>
      ask(`${url}/readings`, { method: "POST", body: JSON.stringify(body), headers }),
    recovery: (person: string) => ask(`${url}/recovery/${person}`),
    health: () => ask(`${url}/health`),
    metrics: () => readMetrics(url),
    [Symbol.asyncDispose]: close,
  };
}

/** A reply, read to its end, and how long that took. */
export async function ask(url: string, init?: RequestInit) {
  const startedMs = performance.now();
  const response = await fetch(url, init);
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, body, elapsedMs: performance.now() - startedMs };
}

/** What a server's /metrics shows: each series, as written, and its value. */
export async function readMetrics(url: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    samples.map((line) => {
      const space = line.lastIndexOf(" ");
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

/**
 * A TCP proxy before a store. `forward` passes bytes on; `hang` takes them and answers nothing, `mute`
 * passes them on and loses the answers, both also on the connections there are; `reset` cuts what there is and what comes.
 */
export async function testProxy(targetPort: number) {
  let mode: "forward" | "hang" | "mute" | "reset" = "forward";
  const sockets = new Set<Socket>();
  // A connection that once hung or fell mute stays so, as behind a network that lost it.
  const hung = new WeakSet<Socket>();
  const muted = new WeakSet<Socket>();
  const server = createServer((client) => {
    sockets.add(client);
    client.on("close", () => sockets.delete(client)).on("error", () => undefined);
    if (mode === "reset") {
      client.resetAndDestroy();
      return;
    }
    if (mode === "hang") hung.add(client);
    if (mode === "mute") muted.add(client);
    const upstream = connect(targetPort, "127.0.0.1");
    upstream.on("error", () => client.resetAndDestroy()).on("close", () => client.destroy());
    client.on("close", () => upstream.destroy());
    client.on("data", (bytes) => {
      if (!hung.has(client)) upstream.write(bytes);
    });
    upstream.on("data", (bytes) => {
      if (!muted.has(client)) client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (next: typeof mode) => {
      mode = next;
      for (const socket of sockets) {
        if (next === "hang") hung.add(socket);
        if (next === "mute") muted.add(socket);
        if (next === "reset") socket.resetAndDestroy();
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
