import type { Window } from "../../lib/run/phase.ts";
import { formatBetween, formatNames } from "../format.ts";

/** Says that counters stood still, when and on which instances: the message of `no-traffic`. */
export function nothingCounted({ from, to }: Window, instances: readonly string[]): string {
  const where = instances.length === 0 ? "" : ` on ${formatNames(instances)}`;
  return `no events were counted ${formatBetween(from, to)}${where}`;
}
