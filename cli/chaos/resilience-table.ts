import type { ExperimentVerdict, VerdictWord } from "../../lib/run/verdict.ts";
import { proofWords } from "../../reports/words/describe-proof.ts";
import { formatSeconds } from "../../reports/words/format.ts";

/** What the catalogue says of one fault. */
export interface ResilienceRow {
  readonly experiment: string;
  readonly fault: string;
  readonly target: string;
  readonly verdict: VerdictWord;
  readonly effect: string;
  readonly hypothesis: string;
  readonly recovered: string;
}

/** The rows of an experiment, one for each of its faults. */
export function resilienceRow({ experiment, verdict, faults, probes }: ExperimentVerdict): readonly ResilienceRow[] {
  return faults.map(({ name, target, proof, injectedAt, recoveredAt }) => {
    const asked = probes.filter(({ group }) => group === null || group === name);
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
      recovered:
        injectedAt === null || recoveredAt === null ? "not seen" : `after ${formatSeconds(recoveredAt - injectedAt)}`,
    };
  });
}

const HEAD: ResilienceRow = {
  experiment: "EXPERIMENT",
  fault: "FAULT",
  target: "TARGET",
  verdict: "pass",
  effect: "EFFECT",
  hypothesis: "HYPOTHESIS",
  recovered: "OVER",
};

/** The table for a terminal. */
export function resilienceText(rows: readonly ResilienceRow[]): string {
  const cells = [
    ["VERDICT", HEAD.experiment, HEAD.fault, HEAD.target, HEAD.hypothesis, HEAD.recovered, HEAD.effect],
    ...rows.map((row) => [
      row.verdict.toUpperCase(),
      row.experiment,
      row.fault,
      row.target,
      row.hypothesis,
      row.recovered,
      row.effect,
    ]),
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? "").length))) ?? [];
  return cells
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
