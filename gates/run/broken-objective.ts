import type { Reason } from "../../lib/run/verdict.ts";
import { brokeWords } from "./load-end.ts";
import type { ObjectiveBroke } from "./load-end.ts";

/** What an objective that ended the load makes of the run: a failure, or, where the generator was unwell, no pass. */
export interface BrokenObjective {
  readonly failures: readonly Reason[];
  readonly blocking: readonly Reason[];
}

/** Judges what ended the load early; `unhealthy` is why a failure in that phase can't be blamed on the service, if it can't. */
export function judgeBroken(broke: ObjectiveBroke | null, unhealthy: Reason | undefined): BrokenObjective {
  if (broke === null) return { failures: [], blocking: [] };
  const message = brokeWords(broke);
  if (unhealthy === undefined) return { failures: [{ code: "objective-broke", message }], blocking: [] };
  const doubt = `${message}; but that may not be the service's doing: ${unhealthy.message}`;
  return { failures: [], blocking: [{ code: unhealthy.code, message: doubt }] };
}
