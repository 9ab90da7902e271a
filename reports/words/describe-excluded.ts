import type { Window } from "../../lib/run/phase.ts";
import type { GateVerdict } from "../../lib/run/verdict.ts";
import { countOf, formatSeconds } from "./format.ts";

/** What was left out of a window, in words: "2 stretches, 1 min 10 s together". */
export function excludedWords({ window, excluded = [] }: Pick<GateVerdict, "window" | "excluded">): string {
  return `${countOf(excluded.length, "stretch", "stretches")}, ${formatSeconds(secondsWithin(window, excluded))} together`;
}

/** How much of a window lies in stretches, none of which overlap. */
export function secondsWithin(window: Window, stretches: readonly Window[]): number {
  const inside = stretches.map(({ from, to }) => Math.min(to, window.to) - Math.max(from, window.from));
  return inside.reduce((sum, seconds) => sum + Math.max(0, seconds), 0);
}
