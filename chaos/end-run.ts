import type { Env } from "../lib/env.ts";
import { endMarkedProcesses } from "../lib/process/marked.ts";
import type { Journal } from "./journal.ts";
import { stopOwedService } from "./stop-service.ts";
import type { OwedResult } from "./stop-service.ts";

/** What became of the service and the programs of a run. */
export interface RunEnd {
  readonly service: readonly OwedResult[];
  /** Pids of programs of that run which could not be ended. */
  readonly processesLeft: readonly number[];
}

/** Ends the service and the programs of a run whose runner is gone. Its faults must have been undone before: a proxy that ends takes its toxics along. */
export async function endRun(env: Env, journal: Journal, graceMs: number): Promise<RunEnd> {
  const { runId, owed } = journal.read();
  // A start command that still runs would go on starting while its stop command stops.
  const starting = owed.some(({ step, begun }) => step.kind === "stop-command" && !begun);
  if (starting) await endMarkedProcesses(env, runId, graceMs);
  const service = await stopOwedService(env, journal);
  return { service, processesLeft: await endMarkedProcesses(env, runId, graceMs) };
}
