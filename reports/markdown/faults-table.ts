import type { AlertVerdict, FaultVerdict, ProbeVerdict } from "../../lib/run/verdict.ts";
import { proofWords } from "../words/describe-proof.ts";
import { NOT_SEEN, timeToWords } from "../words/describe-times.ts";
import { formatOffset } from "../words/format.ts";
import { markdownTable } from "./markdown-table.ts";
import { short, SIGNS } from "./short-texts.ts";

/** What became of the faults; `start` is where their times count from, in Unix seconds. */
export function faultsTable(faults: readonly FaultVerdict[], start: number | null, maxBytes = 12_000): string {
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
    maxBytes,
  })}`;
}

/** What became of the questions of the hypothesis. */
export function probesTable(probes: readonly ProbeVerdict[], maxBytes = 8_000): string {
  if (probes.length === 0) return "";
  const rows = probes.map(({ probe, when, group, verdict, asked, message }) => [
    SIGNS[verdict],
    short(probe),
    group === null ? "before the first fault" : `${when} ${short(group)}`,
    String(asked),
    short(message),
  ]);
  const head = ["", "Hypothesis", "Asked", "Times", "Seen"];
  return `### Hypothesis\n\n${markdownTable({ head, rows, maxBytes })}`;
}

/** How long it took to detect faults, to be well again, and for them to be over; only what was seen. */
export function timesTable(faults: readonly FaultVerdict[], maxBytes = 6_000): string {
  const rows = faults.flatMap(({ name, times }) => {
    if (times === undefined) return [];
    const cells = [times.toDetect, times.toMitigate, times.toRecover].map(timeToWords);
    return cells.every((cell) => cell === NOT_SEEN) ? [] : [[short(name), ...cells]];
  });
  if (rows.length === 0) return "";
  const head = [
    "Fault",
    "To detect (effect to alert)",
    "To mitigate (first to last breach)",
    "To recover (effect to end)",
  ];
  return `### Times\n\n${markdownTable({ head, rows, maxBytes })}`;
}

/** What became of the alerts that the experiment names. */
export function alertsTable(alerts: readonly AlertVerdict[], maxBytes = 6_000): string {
  if (alerts.length === 0) return "";
  const rows = alerts.map(({ alert, expected, verdict, message }) => [
    SIGNS[verdict],
    short(alert),
    expected ? "must fire" : "must not fire",
    short(message),
  ]);
  return `### Alerts\n\n${markdownTable({ head: ["", "Alert", "It", "Seen"], rows, maxBytes })}`;
}
