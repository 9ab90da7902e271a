import { describe, expect, test } from "vitest";

import { inTime, unlessAborted } from "./deadline.ts";
import { createVirtualClock } from "./testing/virtual-clock.ts";

const never = new Promise<string>(() => undefined);

describe("work that is waited for until a signal is aborted", () => {
  test("is answered when it is done", async () => {
    expect(await unlessAborted(new AbortController().signal, Promise.resolve("done"))).toBe("done");
    expect(await unlessAborted(undefined, Promise.resolve("done"))).toBe("done");
  });

  test("is null when the signal is aborted, now or before", async () => {
    const stop = new AbortController();
    const waiting = unlessAborted(stop.signal, never);
    stop.abort();
    expect(await waiting).toBeNull();
    expect(await unlessAborted(stop.signal, never)).toBeNull();
  });

  test("rejects as it does, and late failures are nobody's", async () => {
    await expect(unlessAborted(new AbortController().signal, Promise.reject(new Error("broken")))).rejects.toThrow(
      "broken",
    );
    expect(await unlessAborted(AbortSignal.abort(), Promise.reject(new Error("too late")))).toBeNull();
  });
});

test("work with a deadline is done in time or not", async () => {
  const clock = createVirtualClock();
  expect(await inTime(clock, Promise.resolve(), 100)).toBe(true);
  expect(await inTime(clock, never, 100)).toBe(false);
  expect(clock.elapsedMs()).toBe(100);
});
