import { exitText } from "../../lib/process/program.ts";
import type { Program } from "../../lib/process/program.ts";
import type { StackOptions } from "./stack-options.ts";

const STOP_GRACE_MS = 3000;

/** Writes a program's start and its end, by our own stop or by itself, into the timeline; it is stopped at the end of the run. */
export function watchProgram({ folder, cleanup }: Pick<StackOptions, "folder" | "cleanup">, program: Program): void {
  let stopping = false;
  folder.emit({ type: "process-started", process: program.name, pid: program.pid });
  const told = program.exited.then((exit) => {
    folder.emit({ type: "process-ended", process: program.name, how: stopping ? "stopped" : exitText(exit) });
  });
  cleanup.add(`${program.name} to end`, async () => {
    stopping = true;
    await program.stop({ graceMs: STOP_GRACE_MS });
    await told;
  });
}
