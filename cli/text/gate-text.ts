import type { Output } from "../../lib/env.ts";
import type { GateVerdict, ObjectiveVerdict, VerdictWord } from "../../lib/run/verdict.ts";
import { intervalWords } from "../../reports/words/describe-objective.ts";
import { countOf, formatSeconds, formatShare } from "../../reports/words/format.ts";
import { printable } from "../../reports/words/printable.ts";
import { shownWord } from "./verdict-text.ts";

/** A gate's verdict on the terminal: one line with the verdict and why, a row for each objective, and what hinders those that did not pass. */
export function gateText(stdout: Output, verdict: GateVerdict): string {
  const rows = verdict.objectives.map((objective) => cellsOf(objective, verdict));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = verdict.objectives.flatMap((objective, index) => {
    const row = (rows[index] ?? []).map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
    const why = objective.verdict === "pass" ? [] : [`    ${oneLine(objective.reason.message)}`];
    return [`  ${row}`.trimEnd(), ...why];
  });
  const word: VerdictWord = verdict.verdict;
  return `${[`${shownWord(stdout, word)}  ${oneLine(verdict.summary)}`, ...lines].join("\n")}\n`;
}

function cellsOf(objective: ObjectiveVerdict, { window }: GateVerdict): readonly string[] {
  const { slo, target, value, events, windowCovered, verdict, reason } = objective;
  const seen = value === null ? "nothing seen" : `${formatShare(value)} seen, ${intervalWords(objective) ?? ""}`;
  const covered = windowCovered === null ? 0 : windowCovered.to - windowCovered.from;
  return [
    verdict.toUpperCase(),
    slo,
    `${formatShare(target)} promised`,
    seen,
    countOf(events?.total ?? 0, "event"),
    `${formatSeconds(covered)} of ${formatSeconds(window.to - window.from)}`,
    reason.code,
  ].map(oneLine);
}

/** With plain spaces, so that what a person sees is what a script finds. */
function oneLine(text: string): string {
  return printable(text).replaceAll(/\s+/g, " ");
}
