import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { bundleProgram, runProgram, temporaryFolder } from "./test-programs.ts";
import { ask, readMetrics, testStore } from "./test-servers.ts";

let bundles: Awaited<ReturnType<typeof temporaryFolder>>;
let program: string;

beforeAll(async () => {
  bundles = await temporaryFolder();
  program = await bundleProgram("store", bundles.path);
});

afterAll(async () => {
  await bundles[Symbol.asyncDispose]();
});

function post(url: string, id: string, day = 1) {
  const body = { id, person: "ada", hrvRmssdMs: 55, sleepHours: 7, takenAt: `2026-03-0${day}T07:00:00Z` };
  return ask(`${url}/readings`, { method: "POST", body: JSON.stringify(body) });
}

async function startProgram(folder: string) {
  const store = runProgram(program, ["--port", "0", "--data", folder]);
  const { port } = await store.logged("listening");
  return { store, url: `http://127.0.0.1:${String(port)}`, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
}

test("every reading that was acknowledged is there again after kill -9", async () => {
  await using folder = await temporaryFolder();
  await using first = await startProgram(folder.path);
  await Promise.all(Array.from({ length: 20 }, (_, index) => post(first.url, `r${index}`)));
  first.store.kill("SIGKILL");
  expect(await first.store.ended).toBe("SIGKILL");

  await using second = await startProgram(folder.path);
  const { body } = await ask(`${second.url}/readings/ada`);
  expect(body["readings"]).toHaveLength(20);
  expect((await post(second.url, "r7")).body["result"]).toBe("duplicate");
});

test("SIGTERM ends it with exit code 0", async () => {
  await using folder = await temporaryFolder();
  await using running = await startProgram(folder.path);
  await post(running.url, "r1");
  running.store.kill("SIGTERM");
  expect(await running.store.ended).toBe(0);
});

test("a torn last line costs neither what stands before it nor what comes after", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "readings.ndjson");
  {
    await using store = await testStore(folder.path);
    await post(store.url, "r1");
  }
  await appendFile(file, '{"id":"r2","person":"a');
  {
    await using store = await testStore(folder.path);
    expect(store.lines).toContainEqual(expect.objectContaining({ replayed: 1, skipped_lines: 1 }));
    await post(store.url, "r3");
  }
  await using store = await testStore(folder.path);
  const { body } = await ask(`${store.url}/readings/ada`);
  expect((body["readings"] as { id: string }[]).map(({ id }) => id).sort()).toEqual(["r1", "r3"]);
});

test("a reading sent twice, even at once, is on disk once", async () => {
  await using folder = await temporaryFolder();
  await using store = await testStore(folder.path);
  const replies = await Promise.all([post(store.url, "r1"), post(store.url, "r1"), post(store.url, "r1")]);
  expect(replies.map(({ body }) => body["result"]).filter((result) => result === "stored")).toHaveLength(1);
  const lines = (await readFile(join(folder.path, "readings.ndjson"), "utf8")).trim().split("\n");
  expect(lines).toHaveLength(1);
  const metrics = await readMetrics(store.url);
  expect(metrics.get('readings_appended_total{result="stored"}')).toBe(1);
  expect(metrics.get('readings_appended_total{result="duplicate"}')).toBe(2);
});

test("the latest readings come newest first, as many as were asked for", async () => {
  await using folder = await temporaryFolder();
  await using store = await testStore(folder.path);
  for (const day of [2, 3, 1]) await post(store.url, `r${day}`, day);
  const { body } = await ask(`${store.url}/readings/ada?limit=2`);
  expect((body["readings"] as { id: string }[]).map(({ id }) => id)).toEqual(["r3", "r2"]);
  expect((await ask(`${store.url}/readings/ada?limit=0`)).status).toBe(400);
  expect((await ask(`${store.url}/readings/nobody`)).status).toBe(404);
});

test("it tells when its process started", async () => {
  await using folder = await temporaryFolder();
  await using store = await testStore(folder.path);
  const metrics = await readMetrics(store.url);
  expect(metrics.get("process_start_time_seconds")).toBeGreaterThan(1_700_000_000);
  expect(metrics.get('http_requests_total{method="POST",route="/readings",status="201"}')).toBe(0);
});
