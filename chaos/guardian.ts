import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

import type { Env } from "../lib/env.ts";
import { messageOf } from "../lib/errors.ts";
import type { ExitCode } from "../lib/exit-codes.ts";
import type { RunEvent } from "../lib/run/events.ts";
import { endRun } from "./end-run.ts";
import type { Fault } from "./fault.ts";
import { haltReason } from "./halt.ts";
import { readJournal, retireJournal, takeOverJournal, unreadOf } from "./journal.ts";
import type { Journal, OpenFault } from "./journal.ts";
import { undoOpenFaults } from "./undo-open.ts";

export interface GuardianOptions {
  readonly journalPath: string;
  /** Without a renewal for this long the runner counts as lost. */
  readonly leaseMs: number;
  readonly faults: readonly Fault[];
  /** The runner's end of the pipe: `renew` and `disarm` lines; its end means that the runner died. */
  readonly input: Readable;
  /** Adds to the run's timeline. */
  readonly emit: (event: RunEvent) => void;
}

const PROCESS_GRACE_MS = 3000;

/**
 * Watches over the faults of a run until it is disarmed. When the lease or the deadline passes, or faults were halted and are still on, it undoes every fault;
 * when the runner dies it also ends the service and the run's programs. Answers 0, or 5 when something is left behind.
 */
export async function guard(env: Env, options: GuardianOptions): Promise<ExitCode> {
  // A journal that can't be read could not be undone either: then the guardian is not armed.
  const { deadlineAt } = readJournal(options.journalPath);
  const watch = watchRunner(env, options, deadlineAt);
  env.stdout.write("armed\n");
  let journal: Journal | null = null;
  const again: OpenFault[] = [];
  try {
    for (;;) {
      const cause = await watch.next();
      if (cause === "disarmed") return 0;
      journal ??= takeOver(env, options.journalPath);
      env.stdout.write(`took-over ${cause}\n`);
      env.stderr.write(`taking over: ${cause}\n`);
      if (cause !== "runner-died") {
        again.push(...journal.read().open);
        await undoAll(env, options, journal, { cause });
        continue;
      }
      // A runner that was stopped just before it injected may have done so between its waking up and its end.
      const undone = await undoAll(env, options, journal, { cause, again });
      const ended = await endService(env, options, journal);
      const unread = unreadOf(journal);
      if (unread !== null) env.stderr.write(`left behind: ${unread}\n`);
      if (!undone || !ended || unread !== null) return 5;
      retireJournal(journal);
      return 0;
    }
  } finally {
    watch.stop();
  }
}

/** Fences the runner off. A disk that is full keeps nobody from undoing: then the journal is only read. */
function takeOver(env: Env, path: string): Journal {
  try {
    return takeOverJournal(env, path, `guardian ${env.pid}`);
  } catch (error) {
    env.stderr.write(`${path}: ${messageOf(error)}\n`);
    const ignore = (): void => undefined;
    return { path, read: () => readJournal(path), write: ignore, close: ignore };
  }
}

/** Adds to the timeline; a full disk or a removed folder must not stop an undo. */
function tell(env: Env, options: GuardianOptions, event: RunEvent): void {
  try {
    options.emit(event);
  } catch (error) {
    env.stderr.write(`events.ndjson: ${messageOf(error)}\n`);
  }
}

/** Ends the service and the run's programs; answers whether nothing is left. */
async function endService(env: Env, options: GuardianOptions, journal: Journal): Promise<boolean> {
  const { service, processesLeft } = await endRun(env, journal, PROCESS_GRACE_MS);
  if (processesLeft.length > 0) env.stderr.write(`programs left: ${processesLeft.join(", ")}\n`);
  const left = service.flatMap((result) =>
    result.kind === "left" ? [{ fault: result.what, message: result.message }] : [],
  );
  for (const { fault, message } of left) {
    env.stderr.write(`${fault} is left behind: ${message}\n`);
    const at = env.clock.now() / 1000;
    tell(env, options, { at, type: "fault-left-behind", fault, message, command: "proofload chaos recover" });
  }
  return processesLeft.length === 0 && left.length === 0;
}

async function undoAll(
  env: Env,
  options: GuardianOptions,
  journal: Journal,
  { cause, again = [] }: { readonly cause: string; readonly again?: readonly OpenFault[] },
): Promise<boolean> {
  const at = (): number => env.clock.now() / 1000;
  const emit = (event: RunEvent): void => tell(env, options, event);
  emit({ at: at(), type: "cut-short", cause });
  let clean = true;
  for (const result of await undoOpenFaults(env, journal, options.faults, again)) {
    const { fault } = result.fault;
    switch (result.kind) {
      case "undone":
        emit({ at: at(), type: "fault-undone", fault });
        break;
      case "left":
        clean = false;
        env.stderr.write(`${fault} is left behind: ${result.message}\n`);
        emit({
          at: at(),
          type: "fault-left-behind",
          fault,
          message: result.message,
          command: "proofload chaos recover",
        });
        break;
    }
  }
  return clean;
}

type Cause = "runner-died" | "lease-expired" | "deadline-passed" | "halted" | "asked-to-end" | "disarmed";

/** So long a runner has, once faults were halted, to undo its own. */
const HALT_GRACE_MS = 5000;

/** Turns pipe, lease, deadline and signals into causes, one at a time. */
function watchRunner(env: Env, options: GuardianOptions, deadlineAt: number): { next(): Promise<Cause>; stop(): void } {
  const causes: Cause[] = [];
  let wake = (): void => undefined;
  const add = (cause: Cause): void => {
    causes.push(cause);
    wake();
  };
  const stopping = new AbortController();
  let renewedAtMs = env.clock.monotonicMs();
  let haltedAtMs: number | null = null;
  const lines = createInterface({ input: options.input });
  lines.on("line", (line) => {
    if (line === "renew") {
      renewedAtMs = env.clock.monotonicMs();
      env.stdout.write("watching\n");
    } else if (line === "disarm") add("disarmed");
  });
  lines.on("close", () => add("runner-died"));
  // readline passes an error of its input on.
  lines.on("error", () => add("runner-died"));
  options.input.on("error", () => add("runner-died"));
  const offSignals = env.onSignal(() => add("asked-to-end"));
  const tick = async (): Promise<void> => {
    for (;;) {
      await env.clock.sleep(Math.min(250, options.leaseMs / 4), stopping.signal);
      // Each of these is said once: after it there is only the runner's end to wait for.
      if (env.clock.monotonicMs() - renewedAtMs > options.leaseMs) return add("lease-expired");
      if (env.clock.now() / 1000 > deadlineAt) return add("deadline-passed");
      haltedAtMs = haltReason(env) === null ? null : (haltedAtMs ?? env.clock.monotonicMs());
      const late = haltedAtMs !== null && env.clock.monotonicMs() - haltedAtMs > HALT_GRACE_MS;
      if (late && readJournal(options.journalPath).open.length > 0) return add("halted");
    }
  };
  tick().catch((error: unknown) => {
    if (!stopping.signal.aborted) env.stderr.write(`${messageOf(error)}\n`);
  });
  return {
    next: async () => {
      while (causes.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      // A disarm just before the pipe's end must not be lost; the end itself is final.
      return causes.shift() ?? "runner-died";
    },
    stop: () => {
      stopping.abort(new Error("stopped"));
      offSignals();
      lines.close();
    },
  };
}
