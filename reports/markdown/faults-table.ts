import type { FaultVerdict, ProbeVerdict } from "../../lib/run/verdict.ts";
import { proofWords } from "../words/describe-proof.ts";
import { formatOffset } from "../words/format.ts";
import { markdownTable } from "./markdown-table.ts";
import { short, SIGNS } from "./short-texts.ts";

/** What became of the faults; `start` is where their times count from, in Unix seconds. */
export function faultsTable(faults: readonly FaultVerdict[], start: number | null): string {
  if (faults.length === 0) return "";
  const rows = faults.map(({ name, kind, target, injectedAt, undoneAt, recoveredAt, proof, undoProof }) => [
    `${short(name)} (${short(kind)} on ${short(target)})`,
    `${proof.kind === "proven" ? "✅" : "❔"} ${short(proofWords(proof))}`,
    ...[injectedAt, undoneAt, recoveredAt].map((at) => (at === null ? "never" : formatOffset(at, start))),
    `${undoProof.kind === "proven" ? "✅" : "❔"} ${short(proofWords(undoProof))}`,
  ]);
  return `### Faults\n\n${markdownTable({
    head: ["Fault", "Had an effect", "Injected", "Undone", "Recovered", "Was undone"],
    rows,
    maxBytes: 12_000,
  })}`;
}

/** What became of the questions of the hypothesis. */
export function probesTable(probes: readonly ProbeVerdict[]): string {
  if (probes.length === 0) return "";
  const rows = probes.map(({ probe, when, group, verdict, asked, message }) => [
    SIGNS[verdict],
    short(probe),
    group === null ? "before the first fault" : `${when} ${short(group)}`,
    String(asked),
    short(message),
  ]);
  const head = ["", "Hypothesis", "Asked", "Times", "Seen"];
  return `### Hypothesis\n\n${markdownTable({ head, rows, maxBytes: 8_000 })}`;
}
