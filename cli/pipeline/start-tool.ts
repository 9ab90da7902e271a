import { messageOf, ProofloadError } from "../../lib/errors.ts";
import { startProgram, waitForProgram } from "../../lib/process/program.ts";
import type { Program, ProgramSpec } from "../../lib/process/program.ts";
import type { Tool, ToolName } from "../../lib/tools/index.ts";
import type { StackOptions } from "./stack-options.ts";
import { watchProgram } from "./watch-program.ts";

/** Tools are small, or were there before. */
export const READY_TIMEOUT_MS = 30_000;
const MAX_RESTARTS = 3;
const RESTART_AFTER_MS = 500;

/** One of proofload's own programs. */
export type ToolSpec = Pick<ProgramSpec, "name" | "argv" | "vars" | "logFile" | "readyUrl">;

/** Starts one of proofload's own programs, which is stopped at the end of the run, and waits until it answers. */
export async function startTool(options: StackOptions, tool: ToolSpec): Promise<Program> {
  const { env, folder, signal } = options;
  const spec: ProgramSpec = { ...tool, cwd: folder.dir, readyTimeoutMs: READY_TIMEOUT_MS };
  const program = await startProgram(env, options.runId, spec);
  watchProgram(options, program);
  await waitForProgram(env, program, spec, signal);
  return program;
}

/** Starts a tool again, with what it had written, whenever it ends by itself while the run goes on; a few times at most. */
export function keepRunning(options: StackOptions, tool: ToolSpec, first: Program): void {
  const { env, cleanup, folder, signal } = options;
  const state = { stopping: false };
  const letGo = (): void => {
    cleanup.add(`${tool.name} to be let go`, () => {
      state.stopping = true;
      return Promise.resolve();
    });
  };
  letGo();
  const keep = async (): Promise<void> => {
    let program = first;
    for (let restarts = 0; restarts < MAX_RESTARTS; restarts += 1) {
      await program.exited;
      await env.clock.sleep(RESTART_AFTER_MS, signal);
      if (state.stopping) return;
      program = await startTool(options, tool);
      // Added last, so that it is done first.
      letGo();
    }
  };
  keep().catch((error: unknown) => {
    if (!state.stopping && !signal.aborted) folder.emit({ type: "note", text: `${tool.name}: ${messageOf(error)}` });
  });
}

/** The program of a tool; one that was not found is an error (exit code 4). */
export function toolPath(tools: ReadonlyMap<ToolName, Tool>, name: ToolName): string {
  const tool = tools.get(name);
  if (tool !== undefined) return tool.path;
  throw new ProofloadError({ code: "tool-missing", message: `${name} was not found`, exitCode: 4 });
}
