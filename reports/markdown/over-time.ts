import { max, mean } from "d3-array";
import sparkly from "sparkly";

import type { ChartEvidence } from "../../lib/run/evidence.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import { formatNumber, formatSeconds, formatShare } from "../words/format.ts";
import { markdownTable } from "./markdown-table.ts";
import { code, short } from "./short-texts.ts";

type Unit = ChartEvidence["unit"];
type Line = ChartEvidence["lines"][number];
type Phase = RunRecord["verdict"]["phases"][number];

/** All phases together; no phase has fewer than three. */
const COLUMNS = 48;
const MOST_PHASES = 8;

/** Rate, latency and errors as small pictures of blocks, a column for each phase: what broke, and when. */
export function overTime({ evidence, verdict: { phases } }: RunRecord, maxBytes: number): string {
  const lines = (evidence?.charts ?? []).flatMap(({ title, unit, lines }) =>
    lines.filter(({ samples }) => samples.length > 0).map((line) => ({ name: `${title}, ${line.label}`, unit, line })),
  );
  const columns = columnsOf(phases);
  if (lines.length === 0 || columns.length === 0) return "";
  const rows = lines.map(({ name, unit, line }) => {
    const highest = max(line.samples, ([, value]) => (Number.isFinite(value) ? value : undefined)) ?? 0;
    return [short(name), ...columns.map((column) => picture(line, column, unit, highest)), valueOf(highest, unit)];
  });
  const head = ["", ...columns.map(({ phase }) => short(phase)), "Highest"];
  return `### Over time\n\n${markdownTable({ head, rows, maxBytes })}`;
}

interface Column extends Phase {
  readonly width: number;
}

function columnsOf(phases: readonly Phase[]): readonly Column[] {
  const told = phases.filter(({ phase }) => phase !== "settle");
  const [first] = told;
  const last = told.at(-1);
  if (first === undefined || last === undefined) return [];
  const shown = told.length > MOST_PHASES ? [{ phase: "the whole load", from: first.from, to: last.to }] : told;
  return shown.map((phase) => ({
    ...phase,
    width: Math.max(3, Math.round((COLUMNS * (phase.to - phase.from)) / (last.to - first.from))),
  }));
}

/** Of each part of a phase the highest value, but of a rate the mean: it is a dip that tells. */
function picture({ samples }: Line, { from, to, width }: Column, unit: Unit, highest: number): string {
  const inside = samples.flatMap(([at, value]) => (at >= from && at < to && Number.isFinite(value) ? [value] : []));
  const blocks = Math.min(width, inside.length);
  const values = Array.from({ length: blocks }, (_, index) => {
    const part = inside.slice(
      Math.floor((index * inside.length) / blocks),
      Math.floor(((index + 1) * inside.length) / blocks),
    );
    return (unit === "requests/s" ? mean(part) : max(part)) ?? "";
  });
  return values.length === 0 ? "" : code(sparkly(values, { minimum: 0, maximum: highest }));
}

function valueOf(value: number, unit: Unit): string {
  if (unit === "seconds") return formatSeconds(value);
  return unit === "ratio" ? formatShare(value) : `${formatNumber(value)} ${unit}`;
}
