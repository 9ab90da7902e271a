import { join } from "node:path";

import { exitText, startProgram } from "../../lib/process/program.ts";
import { startByCommand } from "./start-by-command.ts";
import { startContainer } from "./start-container.ts";
import type { ServiceProcess, StackOptions } from "./stack-options.ts";
import { waitForService } from "./wait-for-service.ts";
import { watchProgram } from "./watch-program.ts";

/** A process of the service that was started, or that somebody else runs. */
interface Started {
  readonly logFile: string | null;
  readonly ended: () => string | null;
}

/**
 * Starts a process of the service in the way that proofload.yaml says, sees to it that it is ended, and waits until it is
 * ready. What does not start or answer is an error (exit code 4).
 */
export async function startService(options: StackOptions, name: string, process: ServiceProcess): Promise<void> {
  const { env, project, folder, signal } = options;
  const { ready = project.spec.service.url, readyWithin } = process;
  const logFile = join(folder.dir, `${name}.log`);
  const started = await start(options, name, process, logFile);
  await waitForService(env, { name, url: ready, withinSeconds: readyWithin, signal, ...started });
}

async function start(
  options: StackOptions,
  name: string,
  { command, container, start, stop, env: vars, readyWithin }: ServiceProcess,
  logFile: string,
): Promise<Started> {
  if (command !== undefined) {
    const spec = { name, argv: command, cwd: options.projectDir, vars, logFile, readyUrl: null, readyTimeoutMs: 0 };
    const program = await startProgram(options.env, options.runId, spec);
    watchProgram(options, program);
    return {
      logFile,
      ended: () => {
        const exit = program.exit();
        return exit === null ? null : exitText(exit);
      },
    };
  }
  if (container !== undefined) {
    return startContainer(options, { name, ...container, env: { ...vars, ...container.env }, logFile });
  }
  if (start !== undefined && stop !== undefined) {
    await startByCommand(options, { name, start, stop, vars, logFile, withinSeconds: readyWithin });
    return { logFile, ended: () => null };
  }
  return { logFile: null, ended: () => null };
}
