import { EXIT_CODES } from "../../lib/exit-codes.ts";
import type { GateRecord } from "../../lib/run/gate-record.ts";
import { excludedWords } from "../words/describe-excluded.ts";
import { formatSeconds, formatUtc } from "../words/format.ts";
import { printableRecord } from "../words/printable.ts";
import { verdictTitle } from "../words/verdict-words.ts";
import { fitSections } from "./fit-sections.ts";
import { objectivesTable } from "./objectives-table.ts";
import { reasonsList } from "./reasons-list.ts";
import { code, short, SIGNS } from "./short-texts.ts";

/** A gate's verdict of a window as markdown, of a size that GitHub takes. */
export function renderGateMarkdown(given: GateRecord): string {
  const { evidence, verdict } = printableRecord(given);
  const { window, prometheus, excluded = [] } = verdict;
  const without = excluded.length === 0 ? "" : `, without ${excludedWords(verdict)}`;
  const version = prometheus.version === null ? "" : ` (${short(prometheus.version)})`;
  const fullIn = "verdict.json";
  const heading = [
    `## ${SIGNS[verdict.verdict]} ${verdictTitle(verdict.verdict)}: ${short(verdict.summary)}`,
    `${formatUtc(window.from)} to ${formatUtc(window.to)} (${formatSeconds(window.to - window.from)}${without}), as ${code(prometheus.url)}${version} has it. ` +
      `Exit code ${verdict.exitCode} (${EXIT_CODES[verdict.exitCode]}).`,
  ].join("\n\n");
  const plan = { gate: evidence.question };
  return fitSections(
    [
      { name: "what it was", rank: 1, render: () => heading },
      {
        name: "objectives",
        rank: 3,
        render: (maxBytes) => objectivesTable(verdict, plan, { maxBytes, fullIn }),
      },
      { name: "what to do", rank: 2, render: (rowBytes) => reasonsList(verdict, rowBytes, fullIn) },
    ],
    fullIn,
  );
}
