import type { Output } from "../../lib/env.ts";
import type { GateVerdict } from "../../lib/run/verdict.ts";
import { objectivesText, oneLine } from "./objectives-text.ts";
import { shownWord } from "./shown-word.ts";

/** A gate's verdict on the terminal: one line with the verdict and why, then each objective. */
export function gateText(stdout: Output, verdict: GateVerdict): string {
  const line = `${shownWord(stdout, verdict.verdict)}  ${oneLine(verdict.summary)}`;
  return `${[line, ...objectivesText(stdout, verdict.objectives)].join("\n")}\n`;
}
