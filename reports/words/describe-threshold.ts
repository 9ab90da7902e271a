import type { ThresholdEvidence } from "../../lib/run/evidence.ts";

/** What k6 found of a threshold. */
export function thresholdTitle({ held }: ThresholdEvidence): string {
  return held === null ? "No sample" : held ? "Held" : "Crossed";
}
