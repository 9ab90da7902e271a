import { usageError } from "../lib/errors.ts";

const PRODUCTION = "production";

/** Throws a usage error (exit code 2) when faults are for production and nobody said that they may be. */
export function refuseProduction(environments: readonly (string | null | undefined)[], isMeant: boolean): void {
  if (isMeant || !environments.includes(PRODUCTION)) return;
  throw usageError(
    "production",
    "these faults would be injected into production",
    "If that is meant, say so with --yes-production; else choose another environment with --env.",
  );
}
