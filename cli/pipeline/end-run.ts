import type { Guardian } from "../../chaos/arm-guardian.ts";
import { retireJournal } from "../../chaos/journal.ts";
import type { Journal } from "../../chaos/journal.ts";
import type { Env } from "../../lib/env.ts";
import { endMarkedProcesses } from "../../lib/process/marked.ts";
import type { RunFolder } from "../run-folder.ts";

export interface EndOptions {
  readonly env: Env;
  readonly folder: RunFolder;
  readonly runId: string;
  readonly journal: Journal;
  readonly guardian: Guardian | null;
}

const MARKED_GRACE_MS = 1000;

/** Lets the guardian go when nothing is left; else it tries, too, and what it can't end is told, with the journal kept. */
export async function endRun({ env, folder, runId, journal, guardian }: EndOptions): Promise<void> {
  const processes = await endMarkedProcesses(env, runId, MARKED_GRACE_MS);
  const { open, owed } = journal.read();
  folder.emit({ type: "run-ended" });
  if (open.length === 0 && owed.length === 0 && processes.length === 0) {
    await guardian?.disarm();
    retireJournal(journal);
    return;
  }
  journal.close();
  if (guardian !== null && (await guardian.handOver())) {
    for (const { fault } of open) folder.emit({ type: "fault-undone", fault });
    return;
  }
  const told = folder.events().flatMap((event) => (event.type === "fault-left-behind" ? [event.fault] : []));
  const left = [
    ...open.map(({ fault, target }) => ({ fault, message: `it may still be on ${target}` })),
    ...owed.map(({ step }) => ({ fault: `service ${step.process}`, message: "it could not be ended" })),
    ...processes.map((pid) => ({ fault: `process ${pid}`, message: "it could not be ended" })),
  ];
  for (const { fault, message } of left.filter((one) => !told.includes(one.fault))) {
    folder.emit({ type: "fault-left-behind", fault, message, command: "proofload chaos recover" });
  }
}
