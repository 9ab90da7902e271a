import { EXIT_CODES } from "../../lib/exit-codes.ts";
import type { ExperimentRecord } from "../../lib/run/experiment-record.ts";
import { formatUtc } from "../words/format.ts";
import { printableRecord } from "../words/printable.ts";
import { verdictTitle } from "../words/verdict-words.ts";
import { alertsTable, faultsTable, probesTable, timesTable } from "./faults-table.ts";
import { reasonsList } from "./reasons-list.ts";
import { code, short, SIGNS } from "./short-texts.ts";

/** An experiment without load as markdown. */
export function renderExperimentMarkdown(given: ExperimentRecord): string {
  const { plan, events, verdict } = printableRecord(given);
  const { experiment, service } = plan;
  const start = events.find(({ type }) => type === "phase")?.at ?? null;
  const began = events.find(({ type }) => type === "run-started")?.at ?? null;
  const sections = [
    `## ${SIGNS[verdict.verdict]} ${verdictTitle(verdict.verdict)}: ${short(verdict.summary)}`,
    `**${short(experiment.title)}** (${code(experiment.name)}) on ${short(service.name)}, without load. ` +
      `Started ${formatUtc(began)}. Exit code ${verdict.exitCode} (${EXIT_CODES[verdict.exitCode]}).`,
    short(experiment.hypothesis),
    faultsTable(verdict.faults, start),
    timesTable(verdict.faults),
    probesTable(verdict.probes),
    alertsTable(verdict.alerts),
    reasonsList(verdict, 7_000),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}
