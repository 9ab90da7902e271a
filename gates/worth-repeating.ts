import type { ReasonCode } from "../lib/run/reasons.ts";
import type { RunVerdict } from "../lib/run/verdict.ts";

/** What another try can't change: it is in the files, in the script, or in what Prometheus has at all. */
const STAYS: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "several-series",
  "too-few-slices",
  "no-data",
  "no-traffic",
  "bad-sample",
  "clock-skew",
  "phase-missing",
  "threshold-unobserved",
  "check-never-held",
  "script-error",
  "test-aborted",
  "test-marked-failed",
  "nothing-judged",
]);

/**
 * Why a run is not to be played again although its gate allows for it; null when it is. Only an inconclusive run is: what failed is known,
 * and trying until it passes would be a way to pass.
 */
export function whyNotAgain({
  verdict,
  exitCode,
  reasons,
}: Pick<RunVerdict, "verdict" | "exitCode" | "reasons">): string | null {
  if (verdict !== "inconclusive") return `it is a ${verdict}`;
  // A signal's codes: whoever ended it wants no other.
  if (exitCode !== 3) return "it was ended from outside";
  const stays = reasons.find(({ code }) => STAYS.has(code));
  return stays === undefined ? null : `another try would not change that: ${stays.message}`;
}
