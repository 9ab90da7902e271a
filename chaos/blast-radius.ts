import { usageError } from "../lib/errors.ts";
import type { BlastRadius } from "../lib/run/plan.ts";
import { targetRef } from "./target.ts";
import type { Target } from "./target.ts";

/** Throws a usage error (exit code 2) when faults that are on at the same time would hit more targets than may be. */
export function checkBlastRadius(group: string, targets: readonly Target[], { targets: most }: BlastRadius): void {
  const refs = [...new Set(targets.map(targetRef))];
  if (refs.length <= most) return;
  throw usageError(
    "blast-radius",
    `${group} would hit ${refs.length} targets at the same time (${refs.join(", ")}), and its blast radius allows ${most}`,
    "Hit fewer, or raise spec.blastRadius.targets of the experiment.",
  );
}
