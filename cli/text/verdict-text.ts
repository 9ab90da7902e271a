import { join, relative } from "node:path";

import type { Output } from "../../lib/env.ts";
import type { RunVerdict, VerdictWord } from "../../lib/run/verdict.ts";

const COLOURS: Readonly<Record<VerdictWord, number>> = { pass: 32, fail: 31, inconclusive: 33, error: 35 };

/** The end of a run on the terminal: one line with the verdict and why, then where everything is. */
export function verdictText(
  env: { readonly cwd: string; readonly stdout: Output },
  verdict: RunVerdict,
  dir: string,
  reports: readonly string[],
): string {
  const shown = shownWord(env.stdout, verdict.verdict);
  const files = [...reports, join(dir, "verdict.json")];
  return `${shown}  ${verdict.summary}\n${files.map((file) => `  ${fromHere(env.cwd, file)}\n`).join("")}`;
}

/** A verdict in capitals; coloured on a terminal. */
export function shownWord({ isTTY }: Pick<Output, "isTTY">, verdict: VerdictWord): string {
  const word = verdict.toUpperCase();
  return isTTY ? `\u001B[1;${COLOURS[verdict]}m${word}\u001B[0m` : word;
}

/** A path as it is shortest from a folder. */
export function fromHere(cwd: string, file: string): string {
  const path = relative(cwd, file);
  return path.startsWith("..") ? file : path;
}
