/** Which gate a comment or an issue is of, and which try of which run wrote it last. */
export interface Stamp {
  readonly key: string;
  readonly run: number;
  readonly attempt: number;
}

const MARKER = /^<!-- proofload key=([\w./-]+) run=(\d+) attempt=(\d+) -->/;

/** A key as it can stand in a comment of HTML. */
export function keyOf(text: string): string {
  const key = text
    .replaceAll(/[^\w./-]+/g, "-")
    .replaceAll(/-{2,}/g, "-")
    .slice(0, 100);
  return key === "" ? "proofload" : key;
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
