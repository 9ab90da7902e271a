import type { Measurement } from "../../lib/run/events.ts";
import type { FaultProof } from "../../lib/run/verdict.ts";
import { formatQuantity } from "./format.ts";

/** A measurement in words: "round trip: 403 ms (asked 400 ms, 2 ms before)". */
export function measurementWords({ what, unit, before, asked, measured }: Measurement): string {
  const beside = [
    ...(asked === null ? [] : [`asked ${formatQuantity(asked, unit)}`]),
    ...(before === null ? [] : [`${formatQuantity(before, unit)} before`]),
  ];
  return `${what}: ${formatQuantity(measured, unit)}${beside.length === 0 ? "" : ` (${beside.join(", ")})`}`;
}

/** A proof in words: what was measured, or what is missing. */
export function proofWords(proof: FaultProof): string {
  switch (proof.kind) {
    case "proven":
      return measurementWords(proof.measurement);
    case "unproven":
      return proof.measurement === null ? proof.message : `${proof.message}; ${measurementWords(proof.measurement)}`;
    case "not-reached":
      return "not reached";
  }
}
