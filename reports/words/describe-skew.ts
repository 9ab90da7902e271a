import { formatSeconds } from "./format.ts";

/** How far the clock of Prometheus is from this machine's. */
export function skewWords(seconds: number): string {
  return seconds === 0 ? "the same as ours" : `${formatSeconds(Math.abs(seconds))} ${seconds > 0 ? "ahead" : "behind"}`;
}
