import type { RunRecord } from "../../lib/run/record.ts";
import { capacityWords, stepTitle } from "../words/describe-capacity.ts";
import { formatNumber } from "../words/format.ts";
import { escapeMarkdown } from "./escape-markdown.ts";
import { markdownTable } from "./markdown-table.ts";
import { short, SIGNS } from "./short-texts.ts";

/** Up to which rate the service held, step by step; empty in a run that did not look for it. */
export function capacityTable({ verdict }: RunRecord, maxBytes: number): string {
  const { capacity } = verdict;
  if (capacity === null) return "";
  const rows = capacity.steps.map(({ phase, rate, verdict, why }) => [
    `${verdict === "not-reached" ? "·" : SIGNS[verdict]} ${stepTitle(verdict)}`,
    short(phase),
    escapeMarkdown(formatNumber(rate)),
    short(why ?? ""),
  ]);
  const table = markdownTable({ head: ["Verdict", "Step", "Iterations/s", "Why"], rows, maxBytes });
  return `### Capacity\n\n${short(capacityWords(capacity))}\n\n${table}`;
}
