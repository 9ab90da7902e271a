import { byteLength } from "./markdown-table.ts";

/**
 * What a summary may be long, in bytes of UTF-8. GitHub takes 65,536 characters in a comment and 1 MiB in the summaries of a step; the rest is for
 * what a comment puts around it.
 */
export const MOST_BYTES = 60_000;

/** Heads of tables, headings and the line that says what was cut. */
const FRAME_BYTES = 2_500;

/** A part of a summary. */
export interface Section {
  /** What it is called where it had to be left out. */
  readonly name: string;
  /** 1 is the most important; the last to get room is the first to be cut. */
  readonly rank: number;
  /** Its text, empty where there is nothing to say; its rows may take so many bytes, and what is beyond them is left out with a line that says so. */
  readonly render: (rowBytes: number) => string;
}

/** The sections in their order, with room for the most important ones first; those that had none are named at the end. */
export function fitSections(sections: readonly Section[], fullIn: string, mostBytes: number = MOST_BYTES): string {
  const texts = new Map<Section, string>();
  const leftOut: string[] = [];
  let room = mostBytes - FRAME_BYTES;
  for (const section of sections.toSorted((a, b) => a.rank - b.rank)) {
    const text = section.render(Math.max(0, room - FRAME_BYTES));
    const size = byteLength(text) + 2;
    if (text !== "" && size > room) leftOut.push(section.name);
    else {
      texts.set(section, text);
      room -= size;
    }
  }
  const note =
    leftOut.length === 0 ? "" : `_Left out here for want of room: ${leftOut.join(", ")}; ${fullIn} has them._`;
  const parts = [...sections.map((section) => texts.get(section) ?? ""), note];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}
