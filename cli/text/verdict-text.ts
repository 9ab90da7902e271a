import { join, relative } from "node:path";

import type { Output } from "../../lib/env.ts";
import type { ExperimentVerdict, RunVerdict } from "../../lib/run/verdict.ts";
import { objectivesText, oneLine } from "./objectives-text.ts";
import { shownWord } from "./shown-word.ts";

/** The end of a run on the terminal: one line with the verdict and why, each objective, then where everything is. */
export function verdictText(
  env: { readonly cwd: string; readonly stdout: Output },
  verdict: RunVerdict,
  dir: string,
  reports: readonly string[],
): string {
  const shown = shownWord(env.stdout, verdict.verdict);
  const files = [...reports, join(dir, "verdict.json")];
  const lines = [
    `${shown}  ${oneLine(verdict.summary)}`,
    ...objectivesText(env.stdout, verdict),
    ...files.map((file) => `  ${fromHere(env.cwd, file)}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** The same for an experiment that was played without load. */
export function experimentText(
  env: { readonly cwd: string; readonly stdout: Output },
  { verdict, summary }: ExperimentVerdict,
  dir: string,
): string {
  const files = ["summary.md", "verdict.json"].map((file) => `  ${fromHere(env.cwd, join(dir, file))}`);
  return `${[`${shownWord(env.stdout, verdict)}  ${oneLine(summary)}`, ...files].join("\n")}\n`;
}

/** A path as it is shortest from a folder. */
export function fromHere(cwd: string, file: string): string {
  const path = relative(cwd, file);
  return path.startsWith("..") ? file : path;
}
