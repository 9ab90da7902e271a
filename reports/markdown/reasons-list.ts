import type { GateVerdict, Reason, RunVerdict } from "../../lib/run/verdict.ts";
import { cureOf } from "../words/verdict-words.ts";
import { markdownList } from "./markdown-table.ts";
import { code, short } from "./short-texts.ts";

/** Beside the objectives, which say most of it. */
const MOST = 10_000;

/** What stands against a pass, with the cure at the first of each code; empty for a pass. */
export function reasonsList(
  { verdict, reasons }: Pick<RunVerdict | GateVerdict, "verdict" | "reasons">,
  maxBytes: number,
  fullIn?: string,
): string {
  if (verdict === "pass" || reasons.length === 0) return "";
  const codes = reasons.map((reason) => reason.code);
  const items = reasons.map((reason, index) => reasonText(reason, codes.indexOf(reason.code) === index));
  return `### What to do\n\n${markdownList(items, Math.min(MOST, maxBytes), fullIn)}`;
}

function reasonText({ code: reasonCode, message }: Reason, cured: boolean): string {
  const cure = (cured ? cureOf(reasonCode) : "")
    .split("`")
    .map((part, index) => (index % 2 === 1 ? code(part) : short(part)))
    .filter((part) => part !== "")
    .join(" ");
  return `${code(reasonCode)} ${short(message)}${message.endsWith(".") ? "" : "."} ${cure}`.trimEnd();
}
