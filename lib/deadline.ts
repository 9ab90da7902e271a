import type { Clock } from "./env.ts";

/** Waits for `work`, `ms` at the most; answers whether it was done in time. Leaves no timer behind that keeps the process. */
export async function inTime(clock: Pick<Clock, "sleep">, work: Promise<unknown>, ms: number): Promise<boolean> {
  const over = new AbortController();
  const late = clock.sleep(ms, over.signal).then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    over.abort(new Error("over"));
  }
}
