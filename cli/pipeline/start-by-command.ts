import { owe } from "../../chaos/owe.ts";
import { STOP_WITHIN_MS } from "../../chaos/stop-service.ts";
import { runCommand } from "../../lib/process/run-command.ts";
import type { StackOptions } from "./stack-options.ts";

type Argv = readonly [string, ...string[]];

export interface StartAndStop {
  readonly name: string;
  readonly start: Argv;
  readonly stop: Argv;
  readonly vars: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** So long the start command may take. */
  readonly withinSeconds: number;
}

/** Runs a start command to its end; its stop command is run at the end of the run, also when the start failed, and by the guardian when this process dies. */
export async function startByCommand(options: StackOptions, process: StartAndStop): Promise<void> {
  const { env, runId, journal, cleanup, signal, projectDir: cwd } = options;
  const { name, vars, logFile } = process;
  const debt = owe(env, journal, { kind: "stop-command", process: name, argv: process.stop, cwd, vars: { ...vars } });
  cleanup.add(`${name} to be stopped`, async () => {
    const stop = { name: `the stop command of ${name}`, argv: process.stop, cwd, vars, logFile };
    await runCommand(env, runId, { ...stop, timeoutMs: STOP_WITHIN_MS });
    debt.paid();
  });
  const start = { name: `the start command of ${name}`, argv: process.start, cwd, vars, logFile };
  try {
    await runCommand(env, runId, { ...start, timeoutMs: process.withinSeconds * 1000, signal });
  } finally {
    debt.begun();
  }
}
