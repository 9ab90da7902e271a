import { REASONS, type ReasonCode } from "../../lib/run/reasons.ts";
import type { CountedBy } from "../../lib/run/plan.ts";
import type { VerdictWord } from "../../lib/run/verdict.ts";

/** The worst for the user first. */
export const WORST_VERDICT_FIRST: readonly VerdictWord[] = ["fail", "error", "inconclusive", "pass"];

/** A verdict as a heading says it. */
export function verdictTitle(verdict: VerdictWord): string {
  switch (verdict) {
    case "pass":
      return "Pass";
    case "fail":
      return "Fail";
    case "inconclusive":
      return "Inconclusive";
    case "error":
      return "Error";
  }
}

/** The worst of several verdicts, or null of none. */
export function worstVerdict(verdicts: readonly VerdictWord[]): VerdictWord | null {
  return WORST_VERDICT_FIRST.find((verdict) => verdicts.includes(verdict)) ?? null;
}

/** How many of each verdict there are: "5 pass, 1 fail". */
export function verdictCounts(verdicts: readonly VerdictWord[]): string {
  return WORST_VERDICT_FIRST.map((word) => ({ word, count: verdicts.filter((verdict) => verdict === word).length }))
    .filter(({ count }) => count > 0)
    .map(({ word, count }) => `${count} ${word}`)
    .join(", ");
}

/** What mends a reason; empty for a code that this version doesn't know. */
export function cureOf(code: ReasonCode): string {
  return Object.hasOwn(REASONS, code) ? REASONS[code].cure : "";
}

/** Who counted the events of an objective. */
export function counterName(countedBy: CountedBy): string {
  return countedBy === "caller" ? "the caller (k6)" : "the service";
}
