const UNIT_SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a duration as k6 writes it (`500ms`, `1m30s`); null when it is none. */
export function readSeconds(text: string): number | null {
  let seconds = 0;
  let length = 0;
  for (const [part, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    seconds += Number(amount) * (UNIT_SECONDS[unit ?? ""] ?? Number.NaN);
    length += part.length;
  }
  return length === 0 || length !== text.length ? null : seconds;
}

/** The duration as k6 reads it, to the millisecond. */
export function writeSeconds(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
