import type { RunRecord } from "../../../lib/run/record.ts";
import type { Span } from "./chart-model.ts";

/** A stretch of time that is drawn into every chart; `row` is the line on which its label stands. */
export interface Band extends Span {
  readonly kind: "fault" | "unjudged" | "blind";
  readonly label: string;
  readonly row: number;
}

// The narrowest chart that is drawn, and the width of a letter in it: labels must not overlap even there.
const NARROW_PIXELS = 280;
const LETTER_PIXELS = 6.5;
const MOST_ROWS = 3;

/** Faults, the phases that are never judged, and the times in which Prometheus was away, in seconds after the load's start. */
export function bandsOf({ verdict, evidence }: RunRecord, loadStart: number, span: Span): readonly Band[] {
  const phases = verdict.phases.flatMap(({ phase, from, to }): readonly Omit<Band, "row">[] => {
    if (phase.startsWith("fault/")) return [{ kind: "fault", label: phase.slice("fault/".length), from, to }];
    if (phase === "warmup") return [{ kind: "unjudged", label: phase, from, to }];
    // Too short for a label, and there are many.
    return phase === "settle" ? [{ kind: "unjudged", label: "", from, to }] : [];
  });
  const gaps = (evidence?.prometheus.gaps ?? []).map((gap) => ({
    kind: "blind" as const,
    label: "Prometheus away",
    ...gap,
  }));
  const bands = [...phases, ...gaps]
    .map((band) => ({ ...band, from: band.from - loadStart, to: band.to - loadStart }))
    .filter(({ from, to }) => to > span.from && from < span.to)
    .sort((a, b) => a.from - b.from);
  return inRows(bands, span);
}

/** The number of label rows that the bands need. */
export function rowsOf(bands: readonly Band[]): number {
  return Math.max(0, ...bands.map(({ row }) => row + 1));
}

function inRows(bands: readonly Omit<Band, "row">[], span: Span): readonly Band[] {
  const ends: number[] = [];
  return bands.map((band) => {
    const left = ((band.from - span.from) / (span.to - span.from)) * NARROW_PIXELS;
    const free = Array.from({ length: MOST_ROWS }, (_, row) => row).find((row) => (ends[row] ?? -1) <= left);
    const row = free ?? MOST_ROWS - 1;
    ends[row] = left + (band.label.length + 1) * LETTER_PIXELS;
    return { ...band, row };
  });
}
