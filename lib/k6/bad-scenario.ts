import { usageError } from "../errors.ts";
import type { ProofloadError } from "../errors.ts";

/** A mistake in a scenario, whose file the message begins with (exit code 2). */
export function badScenario(file: string, what: string, hint?: string): ProofloadError {
  return usageError("bad-scenario", `${file}: ${what}`, hint);
}
