import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { temporaryFolder } from "./test-programs.ts";
import { testApi, testProxy, testStore } from "./test-servers.ts";

const READING = { person: "ada", hrvRmssdMs: 60, sleepHours: 7 };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let store: Awaited<ReturnType<typeof testStore>>;
let proxy: Awaited<ReturnType<typeof testProxy>>;

beforeEach(async () => {
  folder = await temporaryFolder();
  store = await testStore(folder.path);
  proxy = await testProxy(store.port);
});

afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function idsOnDisk(): Promise<readonly string[]> {
  const text = await readFile(join(folder.path, "readings.ndjson"), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { id: string }).id);
}

describe.each(["hang", "mute", "reset"] as const)("while the store's connections %s", (mode) => {
  test("nothing fails or waits, and all that was accepted is stored, once, when it is back", async () => {
    await using api = await testApi({ storeUrl: proxy.url });
    const accepted = [String((await api.post(READING)).body["id"])];
    proxy.set(mode);

    for (let round = 0; round < 5; round += 1) {
      const replies = await Promise.all([api.post(READING), api.post(READING), api.recovery("ada")]);
      expect(replies.map(({ status }) => status)).toEqual([202, 202, 200]);
      expect(replies[2].body["source"]).toBe("last-known");
      // Without its time-outs it would wait for ever; a machine may be slow.
      for (const { elapsedMs } of replies) expect(elapsedMs).toBeLessThan(3000);
      accepted.push(String(replies[0].body["id"]), String(replies[1].body["id"]));
    }
    const health = await api.health();
    expect(health).toMatchObject({ status: 200, body: { status: "ok", store: "degraded", outboxReadings: 10 } });
    const during = await api.metrics();
    expect(during.get("outbox_readings")).toBe(10);
    expect(during.get('fallback_total{kind="outbox"}')).toBe(10);
    expect(during.get('fallback_total{kind="last_known"}')).toBe(5);
    expect(during.get('store_requests_total{result="short_circuited"}')).toBeGreaterThan(0);
    expect(during.get(`store_requests_total{result="${mode === "reset" ? "error" : "timeout"}"}`)).toBeGreaterThan(4);

    proxy.set("forward");
    await expect.poll(async () => (await api.health()).body).toMatchObject({ store: "up" });
    await expect.poll(async () => (await api.health()).body["outboxReadings"]).toBe(0);
    expect([...(await idsOnDisk())].sort()).toEqual(accepted.sort());
    expect((await api.recovery("ada")).body["source"]).toBe("live");
  });
});

test("with the circuit open it answers in a few milliseconds, without asking the store", async () => {
  await using api = await testApi({ storeUrl: proxy.url });
  await api.post(READING);
  proxy.set("hang");
  await Promise.all(Array.from({ length: 12 }, () => api.recovery("ada")));
  const tried = (await api.metrics()).get('store_requests_total{result="timeout"}');
  const startedMs = performance.now();
  for (let index = 0; index < 20; index += 1) await api.recovery("ada");
  expect(performance.now() - startedMs).toBeLessThan(2000); // Twenty timeouts would take 4,000.
  expect((await api.metrics()).get('store_requests_total{result="timeout"}')).toBe(tried);
});

test("a person first seen while the store is away is known all the same", async () => {
  await using api = await testApi({ storeUrl: proxy.url });
  proxy.set("reset");
  expect((await api.post({ ...READING, person: "new" })).status).toBe(202);
  expect(await api.recovery("new")).toMatchObject({ status: 200, body: { source: "last-known" } });
});

test("what it can't know without the store is 503, and 404 only when the store says so", async () => {
  await using api = await testApi({ storeUrl: proxy.url });
  proxy.set("reset");
  expect((await api.recovery("stranger")).status).toBe(503);
});

test("an outbox that is full refuses with 503, and what it holds is not lost", async () => {
  await using api = await testApi({ storeUrl: proxy.url, outboxCapacity: 2 });
  proxy.set("reset");
  const replies = [await api.post(READING), await api.post(READING), await api.post(READING)];
  expect(replies.map(({ status }) => status)).toEqual([202, 202, 503]);
  proxy.set("forward");
  await expect.poll(async () => (await api.health()).body["outboxReadings"]).toBe(0);
  expect(await idsOnDisk()).toHaveLength(2);
});

test("when it is stopped it first sends what the outbox holds", async () => {
  {
    await using api = await testApi({ storeUrl: proxy.url, outboxCapacity: 100 });
    proxy.set("reset");
    expect((await api.post(READING)).status).toBe(202);
    expect((await api.health()).body["store"]).toBe("up"); // Two failures leave the circuit closed.
    proxy.set("forward");
  }
  expect(await idsOnDisk()).toHaveLength(1);
});

describe("fragile", () => {
  test("a store that can't be reached is a 500, and the api lives on", async () => {
    await using api = await testApi({ storeUrl: proxy.url, fragile: true });
    await api.post(READING);
    proxy.set("reset");
    expect((await api.post(READING)).status).toBe(500);
    expect((await api.recovery("ada")).status).toBe(500);
    expect((await api.health()).body).toMatchObject({ status: "ok", store: "degraded" });
    proxy.set("forward");
    expect((await api.recovery("ada")).status).toBe(200);
    const metrics = await api.metrics();
    expect(metrics.get('http_requests_total{method="POST",route="/readings",status="500"}')).toBe(1);
    expect(metrics.get('store_requests_total{result="error"}')).toBe(2);
  });

  test("it waits for a store that does not answer, and counts a client that left as 499", async () => {
    await using api = await testApi({ storeUrl: proxy.url, fragile: true });
    await api.post(READING);
    proxy.set("hang");
    await expect(fetch(`${api.url}/recovery/ada`, { signal: AbortSignal.timeout(400) })).rejects.toThrow("timeout");
    await expect
      .poll(async () =>
        (await api.metrics()).get('http_requests_total{method="GET",route="/recovery/:person",status="499"}'),
      )
      .toBe(1);
    proxy.set("reset");
  });
});
