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

/** Waits for `work` until `signal` is aborted, also when it was before; null: it was. */
export async function unlessAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T | null> {
  if (signal === undefined) return work;
  let stop = (): void => undefined;
  const aborted = new Promise<null>((resolve) => {
    stop = () => resolve(null);
    signal.addEventListener("abort", stop);
  });
  // Nobody is told of one that happened while nobody listened.
  if (signal.aborted) stop();
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
