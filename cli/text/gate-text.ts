import type { Output } from "../../lib/env.ts";
import type { GateVerdict, ObjectiveVerdict } from "../../lib/run/verdict.ts";
import { excludedWords } from "../../reports/words/describe-excluded.ts";
import { cureOf } from "../../reports/words/verdict-words.ts";
import { objectivesText, oneLine } from "./objectives-text.ts";
import { shownWord } from "./shown-word.ts";
import { fromHere } from "./verdict-text.ts";

/** A gate's verdict on the terminal: one line with the verdict and why, each objective, what mends those that nobody could decide, then where everything is, if it was written. */
export function gateText(
  env: { readonly cwd: string; readonly stdout: Output },
  verdict: Pick<GateVerdict, "verdict" | "summary" | "objectives" | "window" | "excluded">,
  written: { readonly files: readonly string[] } | null,
): string {
  const { stdout } = env;
  const line = `${shownWord(stdout, verdict.verdict)}  ${oneLine(verdict.summary)}`;
  const { excluded = [] } = verdict;
  const without = excluded.length === 0 ? [] : [`  without ${excludedWords(verdict)}`];
  const files = (written?.files ?? []).map((file) => `  ${fromHere(env.cwd, file)}`);
  return `${[line, ...without, ...objectivesText(stdout, verdict), ...cures(verdict.objectives), ...files].join("\n")}\n`;
}

/** The cure of each reason that left an objective open, once, however many have it. What was missed is the service's to mend. */
function cures(objectives: readonly ObjectiveVerdict[]): readonly string[] {
  const open = objectives.filter(({ verdict }) => verdict === "inconclusive" || verdict === "error");
  return [...new Set(open.map(({ reason }) => reason.code))].map((code) => `  → ${code}: ${cureOf(code)}`);
}
