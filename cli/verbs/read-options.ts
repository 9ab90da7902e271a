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
