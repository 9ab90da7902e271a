import type { Output } from "../../lib/env.ts";
import type { GateVerdict } from "../../lib/run/verdict.ts";
import { excludedWords } from "../../reports/words/describe-excluded.ts";
import { objectivesText, oneLine } from "./objectives-text.ts";
import { shownWord } from "./shown-word.ts";

/** A gate's verdict on the terminal: one line with the verdict and why, then each objective. */
export function gateText(stdout: Output, verdict: GateVerdict): string {
  const line = `${shownWord(stdout, verdict.verdict)}  ${oneLine(verdict.summary)}`;
  const { excluded = [] } = verdict;
  const without = excluded.length === 0 ? [] : [`  without ${excludedWords(excluded)}`];
  return `${[line, ...without, ...objectivesText(stdout, verdict.objectives)].join("\n")}\n`;
}
