import type { GateVerdict, Reason, RunVerdict } from "../../lib/run/verdict.ts";
import { cureOf } from "../words/verdict-words.ts";
import { markdownList } from "./markdown-table.ts";
import { code, short } from "./short-texts.ts";

/** What stands against a pass, each with its cure; empty for a pass. */
export function reasonsList({ verdict, reasons }: Pick<RunVerdict | GateVerdict, "verdict" | "reasons">): string {
  if (verdict === "pass" || reasons.length === 0) return "";
  const items = reasons.map((reason) => reasonText(reason));
  return `### What to do\n\n${markdownList(items, 7_000)}`;
}

function reasonText({ code: reasonCode, message }: Reason): string {
  const cure = cureOf(reasonCode)
    .split("`")
    .map((part, index) => (index % 2 === 1 ? code(part) : short(part)))
    .filter((part) => part !== "")
    .join(" ");
  return `${code(reasonCode)} ${short(message)}${message.endsWith(".") ? "" : "."} ${cure}`;
}
