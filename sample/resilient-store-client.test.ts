import { setTimeout as delay } from "node:timers/promises";

import { expect, test } from "vitest";

import type { Reading } from "./reading.ts";
import { createResilientStoreClient } from "./resilient-store-client.ts";
import { StoreRefusedError } from "./store-client.ts";
import type { HttpStore, StoreResult } from "./store-client.ts";

const READING: Reading = {
  id: "r1",
  person: "ada",
  hrvRmssdMs: 60,
  sleepHours: 7,
  takenAt: "2026-03-01T07:00:00.000Z",
};

/** A client of a store that answers as told, call by call, and `ok` after that. */
function clientOf(...answers: readonly ("ok" | "fail" | "hang" | "refuse")[]) {
  const results: StoreResult[] = [];
  const seen = { renewed: 0, pings: 0, states: [] as string[] };
  const left = [...answers];
  async function answer(signal?: AbortSignal): Promise<void> {
    const next = left.shift() ?? "ok";
    if (next === "hang") await delay(60_000, undefined, signal === undefined ? {} : { signal });
    if (next === "fail") throw new Error("no store");
    if (next === "refuse") throw new StoreRefusedError(400);
  }
  const store: HttpStore = {
    append: (_reading, options) => answer(options?.signal),
    recent: async (_person, options) => {
      await answer(options?.signal);
      return [READING];
    },
    ping: async (options) => {
      seen.pings += 1;
      await answer(options?.signal);
    },
    renewConnections: () => {
      seen.renewed += 1;
    },
    close: async () => undefined,
  };
  const client = createResilientStoreClient(store, {
    timeoutMs: 5,
    retryDelayMs: () => 0,
    failuresToOpen: 3,
    probeAfterMs: 0,
    onResult: (result) => results.push(result),
    onStateChange: (state) => seen.states.push(state),
  });
  return { client, results, seen };
}

test("a call that fails once is repeated once", async () => {
  const { client, results } = clientOf("fail");
  await client.append(READING);
  expect(results).toEqual(["error", "retry", "ok"]);
});

test("a call that fails twice is given up", async () => {
  const { client, results } = clientOf("fail", "fail");
  await expect(client.append(READING)).rejects.toThrow("no store");
  expect(results).toEqual(["error", "retry", "error"]);
});

test("a call that hangs is timed out and not repeated", async () => {
  const { client, results } = clientOf("hang");
  await expect(client.append(READING)).rejects.toThrow();
  expect(results).toEqual(["timeout"]);
});

test("a refusal is neither repeated nor held against the store", async () => {
  const { client, results } = clientOf("refuse", "refuse", "refuse", "refuse");
  for (let call = 0; call < 4; call += 1) await expect(client.append(READING)).rejects.toThrow("refused");
  expect(results).toEqual(["error", "error", "error", "error"]);
  expect(client.healthy).toBe(true);
});

test("failures in a row open the circuit, which drops the connections and fails calls at once", async () => {
  const { client, results, seen } = clientOf("fail", "fail", "fail");
  await expect(client.recent("ada")).rejects.toThrow("no store");
  await expect(client.recent("ada")).rejects.toThrow();
  expect(client.healthy).toBe(false);
  expect(seen.renewed).toBe(1);
  results.length = 0;
  await expect(client.append(READING)).rejects.toThrow();
  expect(results).toEqual(["short_circuited"]);
});

test("only a probe that succeeds closes the circuit again", async () => {
  const { client, seen } = clientOf("fail", "fail", "fail", "fail", "ok");
  await Promise.allSettled([client.recent("ada"), client.recent("ada")]);
  await client.probe();
  expect(client.healthy).toBe(false);
  await client.probe();
  expect(client.healthy).toBe(true);
  await client.probe();
  expect(seen.pings).toBe(2);
  expect(seen.states).toEqual(["degraded", "up"]);
  expect(await client.recent("ada")).toEqual([READING]);
});
