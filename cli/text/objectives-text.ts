import type { Output } from "../../lib/env.ts";
import { WINDOW_PHASE } from "../../lib/run/gate-record.ts";
import type { GateVerdict, ObjectiveVerdict } from "../../lib/run/verdict.ts";
import { coverageWords } from "../../reports/words/describe-objective.ts";
import { formatCount, formatShare } from "../../reports/words/format.ts";
import { printable } from "../../reports/words/printable.ts";
import { shownWord } from "./shown-word.ts";

const INDENT = "  ";
const GAP = "  ";
/** The widest word of the first column, which may be coloured. */
const WORD_WIDTH = "INCONCLUSIVE".length;

interface ShownVerdict extends Pick<GateVerdict, "summary" | "excluded"> {
  readonly objectives: readonly ObjectiveVerdict[];
}

/**
 * Each objective of a verdict, a line each below a head: what was promised, what was seen with its interval, events (or slices), how much of the
 * window was covered, the reason; what hinders one that did not pass is told below it. A terminal that is too narrow for the table gets a
 * few short lines for each. What many have in common is told at the first that has it, and not at all where `summary` has it.
 */
export function objectivesText(stdout: Output, { summary, objectives, excluded }: ShownVerdict): readonly string[] {
  if (objectives.length === 0) return [];
  const told = toldOnce(summary, objectives);
  const columns = columnsOf(objectives, excluded);
  const widths = columns.map(({ head, cells }) => Math.max(head.length, ...cells.map((cell) => cell.length)));
  const row = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(GAP)
      .trimEnd();
  const width = INDENT.length + WORD_WIDTH + GAP.length * widths.length + widths.reduce((sum, one) => sum + one, 0);
  if (stdout.isTTY && width > stdout.columns) {
    return objectives.flatMap((objective, index) => [
      ...narrow(stdout, objective, columns, index),
      ...(told[index] ?? []),
    ]);
  }
  const wordWidth = Math.max(...objectives.map(({ verdict }) => verdict.length));
  return [
    `${INDENT}${" ".repeat(wordWidth)}${GAP}${row(columns.map(({ head }) => head))}`,
    ...objectives.flatMap((objective, index) => {
      const word = `${shownWord(stdout, objective.verdict)}${" ".repeat(wordWidth - objective.verdict.length)}`;
      return [`${INDENT}${word}${GAP}${row(columns.map(({ cells }) => cells[index] ?? ""))}`, ...(told[index] ?? [])];
    }),
  ];
}

interface Column {
  readonly head: string;
  readonly cells: readonly string[];
}

function columnsOf(objectives: readonly ObjectiveVerdict[], excluded: GateVerdict["excluded"]): readonly Column[] {
  const column = (head: string, cell: (objective: ObjectiveVerdict) => string): Column => ({
    head,
    cells: objectives.map((objective) => oneLine(cell(objective))),
  });
  const phases = objectives.some(({ phase }) => phase !== WINDOW_PHASE);
  return [
    column("objective", ({ slo }) => slo),
    ...(phases ? [column("phase", ({ phase }) => phase)] : []),
    column("promised", ({ target }) => formatShare(target)),
    column("seen", seenWords),
    column("events", countWords),
    column("covered", (objective) => coverageWords(objective, excluded)),
    column("reason", ({ reason }) => reason.code),
  ];
}

function seenWords({ value, interval, census }: ObjectiveVerdict): string {
  if (value === null) return "nothing";
  if (interval !== null) return `${formatShare(value)} (${formatShare(interval.low)} to ${formatShare(interval.high)})`;
  return census === undefined ? formatShare(value) : `${formatShare(value)} (all of it seen)`;
}

function countWords({ events, census }: ObjectiveVerdict): string {
  if (census !== undefined) {
    const without = census.leftOut === undefined ? "" : ` (without ${formatCount(census.leftOut)})`;
    return `${formatCount(census.slices)} slices${without}`;
  }
  return formatCount(events?.total ?? 0);
}

/** One objective where there is no room for a table. */
function narrow(
  stdout: Output,
  objective: ObjectiveVerdict,
  columns: readonly Column[],
  index: number,
): readonly string[] {
  const [name, ...rest] = columns;
  const details = rest.map(({ head, cells }) => `${head} ${cells[index] ?? ""}`);
  return [
    `${INDENT}${shownWord(stdout, objective.verdict)}${GAP}${name?.cells[index] ?? ""}`,
    ...fill(details, stdout.columns),
  ];
}

/** Pieces side by side as far as they fit. */
function fill(pieces: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    const longer = `${last ?? ""}; ${piece}`;
    if (last !== undefined && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(`    ${piece}`);
  }
  return lines;
}

/** The line below each objective that did not pass; none where it stands above already. */
function toldOnce(summary: string, objectives: readonly ObjectiveVerdict[]): readonly (readonly string[])[] {
  const told = new Set<string>();
  return objectives.map(({ verdict, reason: { message } }) => {
    if (verdict === "pass" || told.has(message) || summary.includes(message)) return [];
    told.add(message);
    return [`    ${oneLine(message)}`];
  });
}

/** With plain spaces, so that what a person sees is what a script finds. */
export function oneLine(text: string): string {
  return printable(text).replaceAll(/\s+/g, " ");
}
