import type { ExperimentRecord } from "../../lib/run/experiment-record.ts";
import type { GateRecord } from "../../lib/run/gate-record.ts";
import type { RunRecord } from "../../lib/run/record.ts";

// Control characters but tab and newline, invisible marks (some reorder text: a title must not rewrite its row), lone surrogates.
const UNPRINTABLE = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}]/gu;

/** Text without what can't be shown or would change how its surroundings are shown. */
export function printable(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(UNPRINTABLE, "");
}

/** The record, of a run or of a gate, with every text made printable. */
export function printableRecord<T extends RunRecord | GateRecord | ExperimentRecord>(record: T): T {
  return mapTexts(record) as T;
}

function mapTexts(value: unknown): unknown {
  if (typeof value === "string") return printable(value);
  // Samples, of which there may be a great many.
  if (Array.isArray(value)) return typeof value[0] === "number" ? (value as unknown) : value.map(mapTexts);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [printable(key), mapTexts(entry)]));
}
