import { crc32 } from "node:zlib";

import { z } from "zod";

const identity = z.strictObject({ pid: z.number(), startedAt: z.string() });

const command = z.array(z.string()).nonempty();

/** Something of the service that a run began and has to end, whoever does it. */
const owedStepSchema = z.discriminatedUnion("kind", [
  /** `vars` may hold secrets: a journal is readable by its user alone, and its copy in the run's folder has none. */
  z.strictObject({
    kind: z.literal("stop-command"),
    process: z.string(),
    argv: command.transform(([program = "", ...args]): readonly [string, ...string[]] => [program, ...args]),
    cwd: z.string(),
    vars: z.record(z.string(), z.string()),
  }),
  /** The containers of a process on the engine at an address, as DOCKER_HOST has it. */
  z.strictObject({ kind: z.literal("containers"), process: z.string(), engine: z.string() }),
]);

/** One step of the service's end; there is one at most for each process. */
export type OwedStep = z.infer<typeof owedStepSchema>;

const entrySchema = z.discriminatedUnion("type", [
  /** The first line: whose journal this is. */
  z.strictObject({
    type: z.literal("opened"),
    runId: z.string(),
    runDir: z.string(),
    runner: identity,
    at: z.number(),
    deadlineAt: z.number(),
  }),
  z.strictObject({ type: z.literal("guardian-armed"), guardian: identity, at: z.number() }),
  /** Written before an injection: from here on the fault may be there. */
  z.strictObject({
    type: z.literal("intent"),
    id: z.number(),
    fault: z.string(),
    kind: z.string(),
    target: z.string(),
    undo: z.unknown(),
    /** What nobody else may touch until it is undone. */
    locks: z.array(z.string()).default([]),
    at: z.number(),
  }),
  z.strictObject({ type: z.literal("injected"), id: z.number(), at: z.number() }),
  z.strictObject({ type: z.literal("undone"), id: z.number(), at: z.number() }),
  /** Written before a process of the service is begun: from here on its end is owed. */
  z.strictObject({ type: z.literal("owed"), step: owedStepSchema, at: z.number() }),
  /** Beginning it is over, so that nothing of it can appear any more when its end is done. */
  z.strictObject({ type: z.literal("owed-begun"), process: z.string(), at: z.number() }),
  z.strictObject({ type: z.literal("paid"), process: z.string(), at: z.number() }),
  /** Another process took the journal over: the one before it may not write any more. `fence` counts the writers. */
  z.strictObject({ type: z.literal("taken-over"), fence: z.number(), by: z.string(), at: z.number() }),
]);

/** One line of a fault journal; `at` is Unix seconds. */
export type JournalEntry = z.infer<typeof entrySchema>;

/** A journal line: a checksum, a space, JSON, a newline. */
export function formatJournalLine(entry: JournalEntry): string {
  const json = JSON.stringify(entry);
  return `${checksum(json)} ${json}\n`;
}

/** What could be read of a journal, and how many lines hold something that could not. */
export interface JournalLines {
  readonly entries: readonly JournalEntry[];
  readonly unreadable: number;
}

/**
 * The entries of a journal. A torn line (a power cut or a full disk in mid-write) is passed over: an intent is fsynced before its fault is injected, so what
 * was not written to its end was never done. A line that was, and was damaged later or is of another version, may tell of a fault.
 */
export function parseJournal(text: string): JournalLines {
  const entries: JournalEntry[] = [];
  let unreadable = 0;
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    const entry = parseLine(line);
    if (entry !== null) entries.push(entry);
    else if (!isTorn(line, lines[index + 1])) unreadable += 1;
  }
  return { entries, unreadable };
}

function parseLine(line: string): JournalEntry | null {
  const json = line.slice(9);
  if (line.slice(0, 8) !== checksum(json)) return null;
  const entry = entrySchema.safeParse(JSON.parse(json));
  return entry.success ? entry.data : null;
}

/** Whether a line is the beginning of one and no more: the last one, or one after which somebody took over, or wrote the same again. */
function isTorn(line: string, next: string | undefined): boolean {
  if (line === "") return true;
  const isWhole = line.endsWith("}") && line.split("}").length === line.split("{").length;
  return !isWhole && (next === undefined || next.startsWith(line) || parseLine(next)?.type === "taken-over");
}

/** The same line without what may be secret. */
export function withoutSecrets(entry: JournalEntry): JournalEntry {
  if (entry.type !== "owed" || entry.step.kind !== "stop-command") return entry;
  return { ...entry, step: { ...entry.step, vars: {} } };
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}
