import { crc32 } from "node:zlib";

import { z } from "zod";

const identity = z.strictObject({ pid: z.number(), startedAt: z.string() });

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
    at: z.number(),
  }),
  z.strictObject({ type: z.literal("injected"), id: z.number(), at: z.number() }),
  z.strictObject({ type: z.literal("undone"), id: z.number(), at: z.number() }),
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

/**
 * The entries of a journal. A torn or damaged line (a power cut in mid-write) is passed over: an intent is fsynced before
 * its fault is injected, so what can't be read was never done.
 */
export function parseJournal(text: string): readonly JournalEntry[] {
  return text.split("\n").flatMap((line) => {
    const json = line.slice(9);
    if (line.slice(0, 8) !== checksum(json)) return [];
    const entry = entrySchema.safeParse(JSON.parse(json));
    return entry.success ? [entry.data] : [];
  });
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}
