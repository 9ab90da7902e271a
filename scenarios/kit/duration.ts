const UNIT_SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
};

/** Seconds of a duration as k6 reads it (`500ms`, `1m30s`; a bare number is milliseconds); null when it is none. */
export function readSeconds(duration: number | string): number | null {
  const text = String(duration);
  const ms = /^[\d.]/.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(ms)) return ms / 1000;
  let seconds = 0;
  let length = 0;
  for (const [part, amount, unit] of text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h|d)/g)) {
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
