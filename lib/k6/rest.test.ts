import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { createVirtualClock } from "../testing/virtual-clock.ts";
import { waitForLoad } from "./rest.ts";

const running = (version: string): string =>
  readFileSync(join(import.meta.dirname, "testing", "fixtures", version, "status.json"), "utf8");
/** What k6 answers in setup(): `running` is true, but no iteration has started. */
const inSetup = running("1.8.1").replace('"status": 7', '"status": 6');
const ended = running("1.8.1").replace('"status": 7', '"status": 9');

/** Answers one text after the other, the last for ever; null is a refused connection. */
function answering(...texts: readonly (string | null)[]) {
  let asked = 0;
  const fetch = async (): Promise<Response> => {
    const text = texts[Math.min(asked++, texts.length - 1)] ?? null;
    if (text === null) throw new TypeError("fetch failed");
    return new Response(text);
  };
  return { fetch: fetch as typeof globalThis.fetch, clock: createVirtualClock(), asked: () => asked };
}

const options = { timeoutMs: 160, signal: new AbortController().signal, giveUp: () => false };

test.each(["1.8.1", "2.2.0"])("the load of k6 %s begins when setup() is over", async (version) => {
  expect(inSetup).toContain('"status": 6');
  const env = answering(null, "nonsense", inSetup, inSetup, running(version));
  expect(await waitForLoad(env, "127.0.0.1:1", options)).toBe(true);
  expect(env.asked()).toBe(5);
});

test("a load that never begins is waited for as long as was asked, and no longer", async () => {
  const env = answering(inSetup);
  expect(await waitForLoad(env, "127.0.0.1:1", options)).toBe(false);
  expect(env.clock.elapsedMs()).toBe(160);
});

test("nobody waits for a k6 that has ended", async () => {
  const env = answering(null);
  expect(await waitForLoad(env, "127.0.0.1:1", { ...options, giveUp: () => env.asked() > 2 })).toBe(false);
  expect(env.asked()).toBe(3);
});

test("a k6 that is past its load, as after a setup() that threw, has not begun it", async () => {
  expect(ended).toContain('"status": 9');
  const env = answering(inSetup, ended);
  expect(await waitForLoad(env, "127.0.0.1:1", { ...options, giveUp: () => env.asked() > 2 })).toBe(false);
});
