import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { makeFolder } from "../lib/make-folder.ts";
import type { EventBody } from "../chaos/engine-world.ts";
import { openDurableFile } from "../lib/durable-file.ts";
import type { Env } from "../lib/env.ts";
import { messageOf, usageError } from "../lib/errors.ts";
import type { RunEvent } from "../lib/run/events.ts";
import { writeAtomic } from "../lib/write-atomic.ts";

/** The folder of one run. Its timeline is appended to, everything else is written atomically. */
export interface RunFolder {
  readonly dir: string;
  /** Adds to events.ndjson; `at` (Unix seconds) is now unless it is given. */
  readonly emit: (event: EventBody, at?: number) => void;
  readonly events: () => readonly RunEvent[];
  /** Why the timeline on the disk is not whole; null when it is. */
  readonly failure: () => string | null;
  /** Calls back on each event from now on. */
  readonly onEvent: (listener: (event: RunEvent) => void) => void;
  readonly write: (file: string, text: string) => Promise<void>;
  readonly close: () => void;
}

/** An id that sorts by time: `20261121-104013-3f9a`. */
export function newRunId(env: Pick<Env, "clock" | "random">): string {
  const [date = "", time = ""] = new Date(env.clock.now()).toISOString().split("T");
  const random = Math.floor(env.random() * 0x10000)
    .toString(16)
    .padStart(4, "0");
  return `${date.replaceAll("-", "")}-${time.slice(0, 8).replaceAll(":", "")}-${random}`;
}

/** Where runs are kept: `--out`, or .proofload/runs in the folder that proofload was called from. */
export function runsDir(env: Pick<Env, "cwd">, out: string | undefined): string {
  return resolve(env.cwd, out ?? join(".proofload", "runs"));
}

/** Creates the folder of a run. */
export function createRunFolder(env: Pick<Env, "clock">, runs: string, runId: string): RunFolder {
  const dir = join(runs, runId);
  makeFolder(runs);
  // Not recursive: two runs of one id would share everything.
  mkdirSync(dir);
  mkdirSync(join(dir, "k6"));
  const file = openDurableFile(join(dir, "events.ndjson"));
  const events: RunEvent[] = [];
  const listeners: ((event: RunEvent) => void)[] = [];
  let failure: string | null = null;
  return {
    dir,
    emit: (body, at) => {
      const event = { at: at ?? env.clock.now() / 1000, ...body } as RunEvent;
      events.push(event);
      // A full disk must keep nobody from undoing: the run goes on to its end, and what failed is told there.
      try {
        file.append(`${JSON.stringify(event)}\n`);
      } catch (error) {
        failure ??= `events.ndjson could not be written: ${messageOf(error)}`;
      }
      for (const listener of listeners) listener(event);
    },
    events: () => events,
    failure: () => failure,
    onEvent: (listener) => {
      listeners.push(listener);
    },
    write: (name, text) => writeAtomic(join(dir, name), text),
    close: () => file.close(),
  };
}

/** The folder that `RUN` names: a path, or an id under the runs' folder (`latest` is the newest). */
export function findRunFolder(env: Pick<Env, "cwd">, run: string, out: string | undefined): string {
  const runs = runsDir(env, out);
  const byPath = resolve(env.cwd, run);
  if (existsSync(join(byPath, "plan.json"))) return byPath;
  const known = existsSync(runs)
    ? readdirSync(runs)
        .filter((id) => existsSync(join(runs, id, "plan.json")))
        .toSorted()
    : [];
  const id = run === "latest" ? known.at(-1) : run;
  if (id !== undefined && existsSync(join(runs, id, "plan.json"))) return join(runs, id);
  if (existsSync(byPath)) {
    throw usageError(
      "unknown-run",
      `${byPath} holds neither a run nor the verdict of a gate`,
      "A gate that was cut off, or had a mistake in its options, leaves no verdict.",
    );
  }
  throw usageError(
    "unknown-run",
    `no run '${run}' in ${runs}`,
    known.length === 0 ? "There are none yet." : `The newest are ${known.slice(-3).join(", ")}.`,
  );
}

/** The timeline of a run folder; a torn last line is passed over. */
export function readEvents(dir: string): readonly RunEvent[] {
  return readFileSync(join(dir, "events.ndjson"), "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        const event: unknown = JSON.parse(line);
        return typeof event === "object" && event !== null && "type" in event ? [event as RunEvent] : [];
      } catch {
        return [];
      }
    });
}
