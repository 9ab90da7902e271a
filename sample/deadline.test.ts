import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Worker } from "node:worker_threads";

import { request } from "undici";
import { expect, test } from "vitest";

import { withDeadline } from "./deadline.ts";

test("a call that never answers is aborted", async () => {
  const never = createServer();
  await new Promise<void>((resolve) => never.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(never.address() as AddressInfo).port}`;
  await expect(withDeadline(20, (signal) => request(url, { signal }))).rejects.toThrow("no answer within 20 ms");
  never.closeAllConnections();
  never.close();
});

test("an answer that came in while this process was held up is no timeout", async () => {
  // In a thread of its own, so that it answers while this one is busy.
  const server = new Worker(
    `const server = require("node:http").createServer((_, response) => setTimeout(() => response.end("here"), 10));
     server.listen(0, "127.0.0.1", () => require("node:worker_threads").parentPort.postMessage(server.address().port));`,
    { eval: true },
  );
  const port = await new Promise<number>((resolve) => server.once("message", resolve));
  const url = `http://127.0.0.1:${port}`;
  await (await request(url)).body.text();
  const text = await withDeadline(500, async (signal) => {
    const answer = request(url, { signal });
    setImmediate(() => setTimeout(() => holdUp(1000), 2));
    return (await answer).body.text();
  });
  expect(text).toBe("here");
  await server.terminate();
});

function holdUp(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}
