import type { Output } from "../../lib/env.ts";
import type { GateVerdict } from "../../lib/run/verdict.ts";
import { excludedWords } from "../../reports/words/describe-excluded.ts";
import { objectivesText, oneLine } from "./objectives-text.ts";
import { shownWord } from "./shown-word.ts";
import { fromHere } from "./verdict-text.ts";

/** A gate's verdict on the terminal: one line with the verdict and why, each objective, then where everything is, if it was written. */
export function gateText(
  env: { readonly cwd: string; readonly stdout: Output },
  verdict: GateVerdict,
  written: { readonly files: readonly string[] } | null,
): string {
  const { stdout } = env;
  const line = `${shownWord(stdout, verdict.verdict)}  ${oneLine(verdict.summary)}`;
  const { excluded = [] } = verdict;
  const without = excluded.length === 0 ? [] : [`  without ${excludedWords(excluded)}`];
  const files = (written?.files ?? []).map((file) => `  ${fromHere(env.cwd, file)}`);
  return `${[line, ...without, ...objectivesText(stdout, verdict.objectives), ...files].join("\n")}\n`;
}
