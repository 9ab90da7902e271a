import type { GateVerdict, RunVerdict } from "../../lib/run/verdict.ts";
import { intervalWords, isToldOfAll, notesOf, outcomeWords, promiseOf } from "../words/describe-objective.ts";
import type { PlannedObjectives } from "../words/describe-objective.ts";
import { formatShare } from "../words/format.ts";
import { counterName, verdictTitle, WORST_VERDICT_FIRST } from "../words/verdict-words.ts";
import { escapeMarkdown } from "./escape-markdown.ts";
import type { TableOptions } from "./markdown-table.ts";
import { markdownTable } from "./markdown-table.ts";
import { code, short, SIGNS } from "./short-texts.ts";

type Room = Pick<TableOptions, "maxBytes" | "fullIn">;

/** Objectives with their heading, the worst first. */
export function objectivesTable(
  { objectives, reasons }: Pick<RunVerdict | GateVerdict, "objectives" | "reasons">,
  plan: PlannedObjectives,
  room: Room,
): string {
  if (objectives.length === 0) return "### Objectives\n\nNo objective was judged.";
  const worstFirst = objectives.toSorted(
    (a, b) => WORST_VERDICT_FIRST.indexOf(a.verdict) - WORST_VERDICT_FIRST.indexOf(b.verdict),
  );
  const rows = worstFirst.map((objective) => [
    `${SIGNS[objective.verdict]} ${verdictTitle(objective.verdict)}`,
    `${short(objective.title)} (${code(objective.slo)})`,
    short(objective.phase),
    escapeMarkdown(promiseOf(objective, plan)),
    objective.value === null
      ? "nothing"
      : `**${escapeMarkdown(formatShare(objective.value))}**${intervalText(intervalWords(objective))}`,
    isToldOfAll(objective, reasons)
      ? code(objective.reason.code)
      : short([outcomeWords(objective, plan), ...notesOf(objective)].join("; ")),
    counterName(objective.countedBy),
  ]);
  return `### Objectives\n\n${markdownTable({
    head: ["Verdict", "Objective", "Phase", "Promised", "Seen", "Difference", "Counted by"],
    rows,
    ...room,
  })}`;
}

function intervalText(words: string | null): string {
  return words === null ? "" : ` ${escapeMarkdown(words)}`;
}
