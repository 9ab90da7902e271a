import type { GateVerdict, Reason, RunVerdict } from "../../lib/run/verdict.ts";
import { cureOf } from "../words/verdict-words.ts";
import { markdownList } from "./markdown-table.ts";
import { code, short } from "./short-texts.ts";

/** Beside the objectives, which say most of it. */
const MOST = 10_000;

/** What stands against a pass, each with its cure; empty for a pass. */
export function reasonsList(
  { verdict, reasons }: Pick<RunVerdict | GateVerdict, "verdict" | "reasons">,
  maxBytes: number,
  fullIn?: string,
): string {
  if (verdict === "pass" || reasons.length === 0) return "";
  const items = reasons.map((reason) => reasonText(reason));
  return `### What to do\n\n${markdownList(items, Math.min(MOST, maxBytes), fullIn)}`;
}

function reasonText({ code: reasonCode, message }: Reason): string {
  const cure = cureOf(reasonCode)
    .split("`")
    .map((part, index) => (index % 2 === 1 ? code(part) : short(part)))
    .filter((part) => part !== "")
    .join(" ");
  return `${code(reasonCode)} ${short(message)}${message.endsWith(".") ? "" : "."} ${cure}`;
}
