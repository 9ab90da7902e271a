import type { ExperimentPlan } from "../../lib/run/plan.ts";
import type { ExperimentVerdict, VerdictWord } from "../../lib/run/verdict.ts";
import { timeToWords } from "../../reports/words/describe-times.ts";
import { proofWords } from "../../reports/words/describe-proof.ts";
import { formatSeconds } from "../../reports/words/format.ts";

/** What the catalogue says of one fault. */
export interface ResilienceRow {
  readonly experiment: string;
  readonly fault: string;
  readonly target: string;
  readonly verdict: VerdictWord | "not played";
  readonly effect: string;
  readonly hypothesis: string;
  readonly recovered: string;
  /** How long it took until an expected alert fired; `-` where none is expected. */
  readonly detected: string;
  /** What may still be there. */
  readonly leftover: string;
}

/** The row of an experiment that was not played; `effect` says why. */
export function unplayedRow(
  experiment: string,
  row: Pick<ResilienceRow, "verdict" | "effect" | "leftover">,
): ResilienceRow {
  return { experiment, fault: "-", target: "-", hypothesis: "-", recovered: "-", detected: "-", ...row };
}

/** The rows of an experiment, one for each of its faults; what was asked while several were on at once counts for each of them. */
export function resilienceRows(
  planned: Pick<ExperimentPlan, "faults">,
  { experiment, verdict, faults, probes, alerts, reasons }: ExperimentVerdict,
): readonly ResilienceRow[] {
  return faults.map(({ name, target, proof, undoProof, injectedAt, recoveredAt, times }) => {
    const own = planned.faults.find((fault) => fault.name === name)?.group ?? name;
    const asked = probes.filter(({ group }) => group === null || group === own);
    const refuted = asked.find((probe) => probe.verdict === "fail");
    const unknown = asked.some((probe) => probe.verdict === "inconclusive");
    return {
      experiment,
      fault: name,
      target,
      verdict,
      effect: proof.kind === "proven" ? proofWords(proof) : `not proven: ${proofWords(proof)}`,
      hypothesis:
        asked.length === 0
          ? "asks nothing"
          : refuted !== undefined
            ? `refuted (${refuted.probe})`
            : unknown
              ? "unknown"
              : "held",
      detected: detectedWords(alerts, times),
      leftover:
        reasons.some(({ code }) => code === "fault-not-undone") && injectedAt !== null && undoProof.kind !== "proven"
          ? "PERHAPS"
          : "none",
      recovered:
        injectedAt === null || recoveredAt === null ? "not seen" : `after ${formatSeconds(recoveredAt - injectedAt)}`,
    };
  });
}

function detectedWords(
  alerts: ExperimentVerdict["alerts"],
  times: ExperimentVerdict["faults"][number]["times"],
): string {
  const expected = alerts.filter((one) => one.expected);
  if (expected.length === 0) return "-";
  const missed = expected.find(({ verdict }) => verdict !== "pass");
  if (missed !== undefined) return missed.verdict === "fail" ? "no alert" : "unknown";
  return timeToWords(times?.toDetect ?? null);
}

const COLUMNS: readonly (readonly [title: string, key: keyof ResilienceRow])[] = [
  ["VERDICT", "verdict"],
  ["EXPERIMENT", "experiment"],
  ["FAULT", "fault"],
  ["TARGET", "target"],
  ["HYPOTHESIS", "hypothesis"],
  ["ALERT AFTER", "detected"],
  ["OVER", "recovered"],
  ["LEFT", "leftover"],
  ["EFFECT", "effect"],
];

/** The table for a terminal. */
export function resilienceText(rows: readonly ResilienceRow[]): string {
  const columns = COLUMNS.map(([title, key]) => {
    const cells = [title, ...rows.map((row) => (key === "verdict" ? row.verdict.toUpperCase() : row[key]))];
    const width = Math.max(...cells.map(({ length }) => length));
    return cells.map((cell) => cell.padEnd(width));
  });
  const lines = [-1, ...rows.keys()].map((row) => columns.map((cells) => cells[row + 1] ?? "").join("  "));
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}
