import { createHash } from "node:crypto";

/** Which gate a comment or an issue is of, and which try of which run wrote it last. */
export interface Stamp {
  readonly key: string;
  readonly run: number;
  readonly attempt: number;
}

const MARKER = /^<!-- proofload key=([\w./-]+) run=(\d+) attempt=(\d+) -->/;

const LONGEST_KEY = 100;

/** A key as it can stand in a comment of HTML. Texts that differ in more than spaces and punctuation have different keys, however long they are and whatever they are written in. */
export function keyOf(text: string): string {
  const key = text.replaceAll(/[^\w./-]+/g, "-").replaceAll(/-{2,}/g, "-");
  if (key.length <= LONGEST_KEY && /^\p{ASCII}*$/u.test(text)) return key === "" ? "proofload" : key;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
  return `${key.slice(0, LONGEST_KEY - hash.length - 1)}-${hash}`;
}

/** The first line of what we write; nobody sees it. */
export function markerText({ key, run, attempt }: Stamp): string {
  return `<!-- proofload key=${key} run=${run} attempt=${attempt} -->`;
}

/** What the first line says; null where somebody else wrote it. */
export function readMarker(body: string | null | undefined): Stamp | null {
  const [, key, run, attempt] = MARKER.exec(body ?? "") ?? [];
  return key === undefined ? null : { key, run: Number(run), attempt: Number(attempt) };
}

/** Whether a was written by a later try than b. */
export function isNewer(a: Stamp, b: Stamp): boolean {
  return a.run > b.run || (a.run === b.run && a.attempt > b.attempt);
}
