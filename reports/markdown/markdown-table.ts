const REPORT = "report.html";

/** The size of a text as UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

export interface TableOptions {
  readonly head: readonly string[];
  /** Cells are markdown already. */
  readonly rows: readonly (readonly string[])[];
  /** The size that the table may have; rows beyond it are left out, and a line says how many. */
  readonly maxBytes: number;
  /** The file that has all rows; report.html if left out. */
  readonly fullIn?: string;
}

/** A table, as far as it fits. */
export function markdownTable({ head, rows, maxBytes, fullIn = REPORT }: TableOptions): string {
  const top = [`| ${head.join(" | ")} |`, `|${" --- |".repeat(head.length)}`];
  const { kept, leftOut } = fitLines(
    rows.map((cells) => `| ${cells.join(" | ")} |`),
    maxBytes,
    fullIn,
  );
  return [...top, ...kept, ...(leftOut === "" ? [] : ["", leftOut])].join("\n");
}

/** A bulleted list, as far as it fits. */
export function markdownList(items: readonly string[], maxBytes: number, fullIn: string = REPORT): string {
  const { kept, leftOut } = fitLines(
    items.map((item) => `- ${item}`),
    maxBytes,
    fullIn,
  );
  return [...kept, ...(leftOut === "" ? [] : ["", leftOut])].join("\n");
}

function fitLines(
  lines: readonly string[],
  maxBytes: number,
  fullIn: string,
): { readonly kept: readonly string[]; readonly leftOut: string } {
  let size = 0;
  const cut = lines.findIndex((line) => (size += byteLength(line) + 1) > maxBytes);
  if (cut === -1) return { kept: lines, leftOut: "" };
  const missing = lines.length - cut;
  return {
    kept: lines.slice(0, cut),
    leftOut: `_${missing} more ${missing === 1 ? "row was" : "rows were"} left out here; ${fullIn} has them all._`,
  };
}
