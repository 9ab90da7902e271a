import type { RunEvent } from "../../lib/run/events.ts";
import type { RunRecord } from "../../lib/run/record.ts";

/** When things happened, in Unix seconds; a null was not recorded. */
export interface RunTimes {
  readonly runStart: number | null;
  readonly runEnd: number | null;
  /** The zero of every "seconds since the load started". */
  readonly loadStart: number | null;
  readonly loadEnd: number | null;
}

/** The times of a run, from its events; the phases stand in for a load whose events are missing. */
export function runTimes(record: RunRecord): RunTimes {
  const { events } = record;
  const { phases } = record.verdict;
  return {
    runStart: timeOf(events, "run-started") ?? unixSecondsOf(record.plan.createdAt),
    runEnd: timeOf(events, "run-ended") ?? events.at(-1)?.at ?? null,
    loadStart: timeOf(events, "load-started") ?? phases[0]?.from ?? null,
    loadEnd: timeOf(events, "load-ended") ?? phases.at(-1)?.to ?? null,
  };
}

function timeOf(events: readonly RunEvent[], type: RunEvent["type"]): number | null {
  return events.find((event) => event.type === type)?.at ?? null;
}

function unixSecondsOf(rfc3339: string): number | null {
  const milliseconds = Date.parse(rfc3339);
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000;
}
