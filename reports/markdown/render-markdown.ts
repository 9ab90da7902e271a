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
import { fitSections, MOST_BYTES } from "./fit-sections.ts";
import type { Section } from "./fit-sections.ts";
import { failuresList, thresholdsTable } from "./k6-evidence.ts";
import { alertsTable, faultsTable, probesTable, timesTable } from "./faults-table.ts";
import { markdownList, markdownTable } from "./markdown-table.ts";
import { overTime } from "./over-time.ts";
import { objectivesTable } from "./objectives-table.ts";
import { reasonsList } from "./reasons-list.ts";
import { code, short, SIGNS } from "./short-texts.ts";

/** The run for a job summary or a comment on a pull request: markdown that GitHub takes, however much there is to say. */
export function renderMarkdown(given: RunRecord, mostBytes: number = MOST_BYTES): string {
  const record = printableRecord(given);
  const sections: readonly Section[] = [
    { name: "what it was", rank: 1, render: () => heading(record) },
    { name: "faults that may still be there", rank: 2, render: (rowBytes) => leftBehind(record, rowBytes) },
    { name: "what is missing", rank: 3, render: () => missing(record) },
    { name: "capacity", rank: 6, render: (rowBytes) => capacityTable(record, rowBytes) },
    { name: "objectives", rank: 7, render: (rowBytes) => runObjectives(record, rowBytes) },
    { name: "over time", rank: 13, render: (rowBytes) => overTime(record, rowBytes) },
    {
      name: "faults",
      rank: 8,
      render: (rowBytes) => faultsTable(record.verdict.faults, runTimes(record).loadStart, rowBytes),
    },
    { name: "times", rank: 12, render: (rowBytes) => timesTable(record.verdict.faults, rowBytes) },
    { name: "the hypothesis", rank: 8, render: (rowBytes) => probesTable(record.verdict.probes ?? [], rowBytes) },
    { name: "alerts", rank: 8, render: (rowBytes) => alertsTable(record.verdict.alerts ?? [], rowBytes) },
    { name: "load", rank: 9, render: (rowBytes) => loadTable(record, rowBytes) },
    { name: "k6's thresholds", rank: 10, render: (rowBytes) => thresholdsTable(record, rowBytes) },
    { name: "failed requests", rank: 11, render: (rowBytes) => failuresList(record, rowBytes) },
    { name: "what to do", rank: 5, render: (rowBytes) => reasonsList(record.verdict, rowBytes) },
    { name: "how to run it again", rank: 4, render: () => closing(record) },
  ];
  return fitSections(sections, "report.html", mostBytes);
}

const MOST_LEFT_BEHIND = 10_000;

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

function leftBehind({ events }: RunRecord, rowBytes: number): string {
  const left = events.filter((event) => event.type === "fault-left-behind");
  if (left.length === 0) return "";
  const items = left.map(
    ({ fault, message, command }) => `**${short(fault)}**: ${short(message)}. End it with ${code(command)}`,
  );
  return `### 🚨 A fault may still be there\n\n${markdownList(items, Math.min(MOST_LEFT_BEHIND, rowBytes))}`;
}

function missing(record: RunRecord): string {
  return missingParts(record)
    .map((sentence) => `> ${short(sentence)}`)
    .join("  \n");
}

function runObjectives({ plan, verdict }: RunRecord, maxBytes: number): string {
  const shown = verdict.objectives.filter(({ phase }) => !isCapacityStep(verdict.capacity, phase));
  return shown.length === 0 && verdict.objectives.length > 0
    ? ""
    : objectivesTable({ ...verdict, objectives: shown }, plan, { maxBytes });
}

function loadTable(record: RunRecord, maxBytes: number): string {
  const rows = loadChecks(record).map(({ name, seen, limit, held }) => [
    held === true ? "✅" : "❔",
    name,
    escapeMarkdown(seen),
    escapeMarkdown(limit),
  ]);
  const words = escapeMarkdown(loadWords(record.plan.load));
  return `### Load\n\n${words}\n\n${markdownTable({ head: ["", "What", "Seen", "Limit"], rows, maxBytes })}`;
}

function closing({ plan }: RunRecord): string {
  return `The whole report, with charts and queries: ${code("report.html")} in the folder of run ${code(plan.runId)}. Again: ${code(reproduceCommands(plan).run)}`;
}
