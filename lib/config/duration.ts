import { z } from "zod";

const UNIT_SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;

/** Seconds of a duration written as Prometheus and k6 write it (`500ms`, `40s`, `1m30s`), or null when it is none. */
export function parseDuration(text: string): number | null {
  let seconds = 0;
  let length = 0;
  for (const [part, amount, unit] of text.matchAll(PART)) {
    seconds += Number(amount) * (UNIT_SECONDS[unit ?? ""] ?? Number.NaN);
    length += part.length;
  }
  return length === 0 || length !== text.length ? null : seconds;
}

/** A duration in a config file, read as seconds. */
export const durationSchema = z.string().transform((text, context) => {
  const seconds = parseDuration(text);
  if (seconds !== null) return seconds;
  context.addIssue({ code: "custom", message: `expected a duration such as 500ms, 40s or 1m30s, not '${text}'` });
  return z.NEVER;
});
