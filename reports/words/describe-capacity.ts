import type { CapacityStep, CapacityVerdict } from "../../lib/run/verdict.ts";
import { formatNumber } from "./format.ts";

/** A rate of the load: 1,500 iterations/s. */
export function rateWords(rate: number | null): string {
  return rate === null ? "none" : `${formatNumber(rate)}\u00a0iterations/s`;
}

/** What was asked and found, in one sentence. */
export function capacityWords({ heldRate, brokeRate, brokeBy, atLeast }: CapacityVerdict): string {
  const asked = atLeast === null ? "No rate was asked for" : `Asked for at least ${rateWords(atLeast)}`;
  const held = heldRate === null ? "no step held" : `held ${rateWords(heldRate)}`;
  const broke = brokeRate === null ? "no step broke" : `broke at ${rateWords(brokeRate)} (${brokeBy.join(", ")})`;
  return `${asked}: ${held}, ${broke}.`;
}

/** A step's verdict as a table says it. */
export function stepTitle(verdict: CapacityStep["verdict"]): string {
  switch (verdict) {
    case "pass":
      return "Held";
    case "fail":
      return "Broke";
    case "inconclusive":
      return "Inconclusive";
    case "not-reached":
      return "Not reached";
  }
}

/** Whether an objective's phase is a step that the capacity stands for. */
export function isCapacityStep(capacity: CapacityVerdict | null, phase: string): boolean {
  return capacity?.steps.some((step) => step.phase === phase) ?? false;
}
