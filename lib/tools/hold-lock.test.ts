import { existsSync, utimesSync } from "node:fs";
import { readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { holdLock } from "./hold-lock.ts";
import { createWorld, fastClock, virtualClock, type World } from "./testing/world.ts";

let world: World;
let path: string;
beforeEach(async () => {
  world = await createWorld();
  path = join(world.root, "one.lock");
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const signal = new AbortController().signal;
const patient = { signal, onWait: () => undefined };

test("the lock goes to one after the other", async () => {
  const order: string[] = [];
  const work = async (name: string): Promise<void> => {
    await using _lock = await holdLock(world.env, path, patient);
    order.push(`${name} in`);
    await world.env.clock.sleep(5);
    order.push(`${name} out`);
  };
  await Promise.all([work("a"), work("b"), work("c")]);
  for (let index = 0; index < order.length; index += 2) {
    expect(order[index + 1]).toBe(order[index]?.replace("in", "out"));
  }
  expect(order).toHaveLength(6);
  expect(existsSync(path)).toBe(false);
});

test("a lock whose owner is gone is taken over; one whose owner's number lives is watched for longer", async () => {
  const waitedMs = async (pid: number): Promise<number> => {
    await writeFile(path, `${pid}\n`);
    const clock = virtualClock();
    await using _lock = await holdLock(world.with({ clock }), path, patient);
    return clock.monotonicMs();
  };
  // Above what kernels give out.
  expect(await waitedMs(99_999_999)).toBe(2_000);
  expect(await waitedMs(world.env.pid)).toBe(15_000);
  expect(await readdir(world.root)).toEqual(["bin"]);
});

test("a lock that is renewed is never taken over, though its owner's number is no process here, as across containers", async () => {
  await writeFile(path, "99999999\n");
  const { ino } = await stat(path);
  const abort = new AbortController();
  const waiting = holdLock(world.with({ clock: virtualClock() }), path, {
    signal: abort.signal,
    onWait: (elapsedMs) => {
      utimesSync(path, elapsedMs, elapsedMs);
      if (elapsedMs > 60_000) abort.abort(new Error("waited long enough"));
    },
  });
  await expect(waiting).rejects.toThrow("waited long enough");
  expect((await stat(path)).ino).toBe(ino);
});

test("a wait has an end", async () => {
  await writeFile(path, "1\n");
  const onWait = (elapsedMs: number): void => utimesSync(path, elapsedMs, elapsedMs);
  const env = world.with({ clock: virtualClock(100) });
  await expect(holdLock(env, path, { signal, onWait })).rejects.toMatchObject({ code: "tool-cache-busy", exitCode: 4 });
});

test("the holder renews the lock", async () => {
  await using _lock = await holdLock(world.with({ clock: fastClock(world.env.clock, 100) }), path, patient);
  const { mtimeMs } = await stat(path);
  await vi.waitUntil(async () => (await stat(path)).mtimeMs !== mtimeMs, { timeout: 60_000 });
});

test("a lock that was taken over is not removed by its first holder", async () => {
  const first = await holdLock(world.env, path, patient);
  await rm(path);
  const second = await holdLock(world.env, path, patient);
  await first[Symbol.asyncDispose]();
  expect(existsSync(path)).toBe(true);
  await second[Symbol.asyncDispose]();
  expect(existsSync(path)).toBe(false);
});
