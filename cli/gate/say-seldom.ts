import type { Clock } from "../../lib/env.ts";

const APART_MS = 10_000;

/** Says what long work is at, but not more often than every ten seconds: the first time after as long. */
export function saySeldom(clock: Pick<Clock, "monotonicMs">, say: (text: string) => void): (text: string) => void {
  let lastMs = clock.monotonicMs();
  return (text) => {
    const now = clock.monotonicMs();
    if (now - lastMs < APART_MS) return;
    lastMs = now;
    say(text);
  };
}
