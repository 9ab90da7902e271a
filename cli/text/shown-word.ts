import type { Output } from "../../lib/env.ts";
import type { VerdictWord } from "../../lib/run/verdict.ts";

const COLOURS: Readonly<Record<VerdictWord, number>> = { pass: 32, fail: 31, inconclusive: 33, error: 35 };

/** A verdict in capitals; coloured on a terminal. */
export function shownWord({ isTTY }: Pick<Output, "isTTY">, verdict: VerdictWord): string {
  const word = verdict.toUpperCase();
  return isTTY ? `\u001B[1;${COLOURS[verdict]}m${word}\u001B[0m` : word;
}
