import type { Window } from "../../lib/run/phase.ts";
import { countOf, formatSeconds } from "./format.ts";

/** Stretches that were left out, in words: "2 stretches, 1 min 10 s together". */
export function excludedWords(excluded: readonly Window[]): string {
  const seconds = excluded.reduce((sum, { from, to }) => sum + to - from, 0);
  return `${countOf(excluded.length, "stretch", "stretches")}, ${formatSeconds(seconds)} together`;
}
