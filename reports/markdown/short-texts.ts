import type { VerdictWord } from "../../lib/run/verdict.ts";
import { clip } from "../words/format.ts";
import { escapeMarkdown, markdownCode } from "./escape-markdown.ts";

/** A verdict as one sign. */
export const SIGNS: Readonly<Record<VerdictWord, string>> = { pass: "✅", fail: "❌", inconclusive: "❔", error: "💥" };

/** Any text of the user's, cut where it would be too long for a cell. */
export function short(text: string): string {
  return escapeMarkdown(clip(text, 200));
}

/** The same as code. */
export function code(text: string): string {
  return markdownCode(clip(text, 200));
}
