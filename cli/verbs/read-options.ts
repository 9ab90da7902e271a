import { parseDuration } from "../../lib/config/duration.ts";
import { usageError } from "../../lib/errors.ts";

/** What a shell completes is a path: `scenarios/ci.ts` means `ci`. */
export function nameOf(text: string): string {
  return text.replace(/^.*\//, "").replace(/\.(?:ts|js|yaml)$/, "");
}

const MOST_SEED = 2 ** 32 - 1;

/** The seed of `--seed`; null where it was not given. */
export function seedOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = numberOf(text);
  if (Number.isInteger(value) && value <= MOST_SEED) return value;
  throw usageError("bad-option", `--seed: expected a whole number from 0 to ${MOST_SEED}, found '${text}'`);
}

/** Number("") is 0, and Number("0x10") is 16: neither is what anybody meant. */
export function numberOf(text: string): number {
  return /^\d+(?:\.\d+)?(?:e\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}

/** The seconds of a duration that an option was given; a usage error (exit code 2) for anything else. */
export function durationOf(option: string, text: string): number {
  const value = parseDuration(text);
  if (value !== null && value > 0) return value;
  throw usageError("bad-option", `${option}: expected a duration such as 90s or 1h30m, found '${text}'`);
}
