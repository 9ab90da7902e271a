import type { TimeTo } from "../../lib/run/verdict.ts";
import { formatSeconds } from "./format.ts";

/** What stands for a time that nobody saw. */
export const NOT_SEEN = "–";

/** A time with its uncertainty: "4.7 s ± 0.4 s". */
export function timeToWords(time: TimeTo | null): string {
  return time === null ? NOT_SEEN : `${formatSeconds(time.seconds)} ± ${formatSeconds(time.uncertaintySeconds)}`;
}
