import type { Logger } from "./logging.ts";
import { traceIdOf } from "./logging.ts";
import type { Observation } from "./http.ts";

const MAX_FAILURES_PER_SECOND = 10;

/** Logs one in `sampleEvery` requests (0: none) at `info`, and failures (5xx) at `warn`, ten a second at most. */
export function createRequestLog(logger: Logger, sampleEvery: number): (observation: Observation) => void {
  let seen = 0;
  let second = 0;
  let failuresInSecond = 0;
  return (observation) => {
    if (observation.status >= 500) {
      const now = Math.floor(performance.now() / 1000);
      if (now !== second) {
        second = now;
        failuresInSecond = 0;
      }
      failuresInSecond += 1;
      if (failuresInSecond <= MAX_FAILURES_PER_SECOND) logger.warn(fieldsOf(observation), "request failed");
      return;
    }
    seen += 1;
    if (sampleEvery > 0 && seen % sampleEvery === 0) logger.info(fieldsOf(observation), "request");
  };
}

function fieldsOf(observation: Observation): Record<string, unknown> {
  const { method, route, status, durationSeconds, traceparent, person, error } = observation;
  return {
    trace_id: traceIdOf(traceparent),
    duration_ms: Math.round(durationSeconds * 1_000_000) / 1000,
    method,
    route,
    status,
    person,
    reason: error instanceof Error ? error.message : undefined,
  };
}
