import { EXIT_CODES } from "../../lib/exit-codes.ts";
import type { CiResult, CiRun } from "../../lib/run/ci-record.ts";
import { verdictTitle, WORST_VERDICT_FIRST } from "../words/verdict-words.ts";
import { fitSections, MOST_BYTES } from "./fit-sections.ts";
import type { Section } from "./fit-sections.ts";
import { markdownTable } from "./markdown-table.ts";
import { renderMarkdown } from "./render-markdown.ts";
import { short, SIGNS } from "./short-texts.ts";

/** Room for what stands around the runs. */
const FRAME_BYTES = 6_000;

/** What a `proofload ci` came to, for a job summary or a comment: one run's whole summary, or several below a table of them, the worst first. */
export function renderCi({ verdict, runs }: CiResult, mostBytes: number = MOST_BYTES): string {
  const worstFirst = runs.toSorted((a, b) => rankOf(a) - rankOf(b));
  const [worst] = worstFirst;
  if (worst === undefined) return "";
  if (runs.length === 1) return renderRun(worst, mostBytes);
  const each = Math.floor((mostBytes - FRAME_BYTES) / runs.length);
  const sections: readonly Section[] = [
    {
      name: "what it came to",
      rank: 1,
      render: (rowBytes) =>
        [
          `## ${SIGNS[verdict]} ${verdictTitle(verdict)}: ${short(worst.label)}: ${short(worst.summary)}`,
          "",
          markdownTable({
            head: ["", "Run", "Why"],
            rows: worstFirst.map((run) => [signOf(run), short(run.label), short(run.summary)]),
            maxBytes: rowBytes,
          }),
        ].join("\n"),
    },
    ...worstFirst.map((run, index) => ({
      name: run.label,
      rank: 2 + index,
      render: () => folded(run, renderRun(run, each)),
    })),
  ];
  return fitSections(sections, "the run's folder", mostBytes);
}

function rankOf({ verdict }: CiRun): number {
  return WORST_VERDICT_FIRST.indexOf(verdict);
}

function signOf({ verdict }: CiRun): string {
  return `${SIGNS[verdict]} ${verdictTitle(verdict)}`;
}

/** What passed is a click away. */
function folded(run: CiRun, text: string): string {
  if (run.verdict !== "pass") return text;
  return `<details><summary>${SIGNS[run.verdict]} ${short(run.label)}</summary>\n\n${text}\n</details>`;
}

function renderRun(run: CiRun, mostBytes: number): string {
  if (run.record !== null) return renderMarkdown(run.record, mostBytes);
  const hint = run.hint === null ? [] : ["", short(run.hint)];
  return `${[
    `## ${SIGNS[run.verdict]} ${verdictTitle(run.verdict)}: ${short(run.label)}: ${short(run.summary)}`,
    "",
    `Exit code ${run.exitCode} (${EXIT_CODES[run.exitCode]}).`,
    ...hint,
  ].join("\n")}\n`;
}
