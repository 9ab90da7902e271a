import { EXIT_CODES } from "../../lib/exit-codes.ts";
import { loadWords } from "../../lib/run/load.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import type { RunVerdict } from "../../lib/run/verdict.ts";
import { isCapacityStep } from "../words/describe-capacity.ts";
import { formatSeconds, formatUtc } from "../words/format.ts";
import { loadChecks } from "../words/load-checks.ts";
import { missingParts } from "../words/missing-parts.ts";
import { printableRecord } from "../words/printable.ts";
import { reproduceCommands } from "../words/reproduce.ts";
import { runTimes } from "../words/run-times.ts";
import { triesWords } from "../words/describe-tries.ts";
import { verdictTitle } from "../words/verdict-words.ts";
import { capacityTable } from "./capacity-table.ts";
import { escapeMarkdown } from "./escape-markdown.ts";
import { failuresList, thresholdsTable } from "./k6-evidence.ts";
import { alertsTable, faultsTable, probesTable, timesTable } from "./faults-table.ts";
import { markdownList, markdownTable } from "./markdown-table.ts";
import { objectivesTable } from "./objectives-table.ts";
import { reasonsList } from "./reasons-list.ts";
import { code, short, SIGNS } from "./short-texts.ts";

/** The run for a job summary or a comment on a pull request: markdown, always below 64 KiB. */
export function renderMarkdown(given: RunRecord): string {
  const record = printableRecord(given);
  const sections = [
    heading(record),
    leftBehind(record),
    missing(record),
    capacityTable(record),
    runObjectives(record),
    faultsTable(record.verdict.faults, runTimes(record).loadStart),
    timesTable(record.verdict.faults),
    probesTable(record.verdict.probes ?? []),
    alertsTable(record.verdict.alerts ?? []),
    loadTable(record),
    thresholdsTable(record),
    failuresList(record),
    reasonsList(record.verdict),
    closing(record),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function heading({ plan, verdict, ...rest }: RunRecord): string {
  const { runStart, runEnd } = runTimes({ plan, verdict, ...rest });
  const took = runStart === null || runEnd === null ? "" : `, took ${formatSeconds(runEnd - runStart)}`;
  const experiment = plan.experiment === null ? "" : ` with ${short(plan.experiment.name)}`;
  return [
    `## ${SIGNS[verdict.verdict]} ${verdictTitle(verdict.verdict)}: ${short(verdict.summary)}`,
    "",
    `**${short(plan.service.name)}** under ${short(plan.load.scenario)}${experiment}, gate ${short(plan.gate.name)}. ` +
      `Started ${formatUtc(runStart)}${took}. Exit code ${verdict.exitCode} (${EXIT_CODES[verdict.exitCode]}).`,
    ...triesOf(verdict),
  ].join("\n");
}

/** Tries before this one: somebody who reads a pass should know that there were some. */
function triesOf({ tries }: RunVerdict): readonly string[] {
  const words = triesWords(tries);
  if (words === null || words.earlier.length === 0) return [];
  return ["", `This was ${words.title}.`, "", markdownList(words.earlier.map(short), 2_000)];
}

function leftBehind({ events }: RunRecord): string {
  const left = events.filter((event) => event.type === "fault-left-behind");
  if (left.length === 0) return "";
  const items = left.map(
    ({ fault, message, command }) => `**${short(fault)}**: ${short(message)}. End it with ${code(command)}`,
  );
  return `### 🚨 A fault may still be there\n\n${markdownList(items, 4_000)}`;
}

function missing(record: RunRecord): string {
  return missingParts(record)
    .map((sentence) => `> ${short(sentence)}`)
    .join("  \n");
}

function runObjectives({ plan, verdict }: RunRecord): string {
  const shown = verdict.objectives.filter(({ phase }) => !isCapacityStep(verdict.capacity, phase));
  return shown.length === 0 && verdict.objectives.length > 0 ? "" : objectivesTable(shown, plan);
}

function loadTable(record: RunRecord): string {
  const rows = loadChecks(record).map(({ name, seen, limit, held }) => [
    held === true ? "✅" : "❔",
    name,
    escapeMarkdown(seen),
    escapeMarkdown(limit),
  ]);
  const words = escapeMarkdown(loadWords(record.plan.load));
  return `### Load\n\n${words}\n\n${markdownTable({ head: ["", "What", "Seen", "Limit"], rows, maxBytes: 4_000 })}`;
}

function closing({ plan }: RunRecord): string {
  return `The whole report, with charts and queries: ${code("report.html")} in the folder of run ${code(plan.runId)}. Again: ${code(reproduceCommands(plan).run)}`;
}
