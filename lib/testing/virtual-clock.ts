import type { Clock } from "../env.ts";

/** A clock for tests: time stands still until everything waits, then jumps to the next sleeper. Starts at `startMs`. */
export function createVirtualClock(startMs = 1_700_000_000_000): Clock & { readonly elapsedMs: () => number } {
  let elapsed = 0;
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  const jump = (): void => {
    sleepers.sort((a, b) => a.at - b.at);
    const next = sleepers.shift();
    if (next === undefined) return;
    elapsed = Math.max(elapsed, next.at);
    next.wake();
  };
  return {
    now: () => startMs + elapsed,
    monotonicMs: () => elapsed,
    elapsedMs: () => elapsed,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const onAbort = (): void => {
          const index = sleepers.indexOf(sleeper);
          if (index >= 0) sleepers.splice(index, 1);
          reject(signal?.reason);
        };
        const sleeper = {
          at: elapsed + ms,
          wake: () => {
            signal?.removeEventListener("abort", onAbort);
            resolve();
          },
        };
        sleepers.push(sleeper);
        signal?.addEventListener("abort", onAbort, { once: true });
        // After everything that is ready has run, and whatever that made ready.
        setImmediate(() => setImmediate(jump));
      }),
  };
}
