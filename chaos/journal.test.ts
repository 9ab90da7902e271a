import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { fc } from "../lib/testing/properties.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { createJournal, journalFolder, listJournals, readJournal, retireJournal, takeOverJournal } from "./journal.ts";
import { formatJournalLine, parseJournal } from "./journal-line.ts";
import type { JournalEntry } from "./journal-line.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-journal-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const env = (): ReturnType<typeof createNodeEnv> => ({
  ...createNodeEnv(),
  vars: { PROOFLOAD_STATE_DIR: join(dir, "state") },
});
const opening = (): Parameters<typeof createJournal>[1] => ({
  runId: "run-1",
  runDir: dir,
  runner: { pid: 4711, startedAt: "boot:1" },
  deadlineAt: 99,
});
const intent = (id: number): JournalEntry => ({
  type: "intent",
  id,
  fault: `fault-${id}`,
  kind: "latency",
  target: "proxy/store",
  undo: { toxic: `t${id}` },
  locks: [],
  at: id,
});

describe("the journal of a run", () => {
  test("has every fault open between its intent and its undo", () => {
    const journal = createJournal(env(), opening());
    journal.write(intent(1));
    journal.write(intent(2));
    journal.write({ type: "injected", id: 1, at: 3 });
    expect(journal.read().open.map(({ fault }) => fault)).toEqual(["fault-1", "fault-2"]);
    journal.write({ type: "undone", id: 1, at: 4 });
    expect(readJournal(journal.path).open).toMatchObject([{ fault: "fault-2", undo: { toxic: "t2" } }]);
  });

  test("survives a torn last line and a damaged one in the middle", () => {
    const journal = createJournal(env(), opening());
    journal.write(intent(1));
    appendFileSync(journal.path, formatJournalLine(intent(2)).replace("fault-2", "fault-X"));
    journal.write(intent(3));
    appendFileSync(journal.path, formatJournalLine(intent(4)).slice(0, 30));
    // The torn one was never done; the one that was damaged later may have been.
    expect(readJournal(journal.path)).toMatchObject({ open: [{ id: 1 }, { id: 3 }], unreadable: 1 });
  });

  test("taken over after a torn last line begins a line of its own", () => {
    const journal = createJournal(env(), opening());
    journal.write(intent(1));
    appendFileSync(journal.path, formatJournalLine(intent(2)).slice(0, 30));
    const next = takeOverJournal(env(), journal.path, "sweep");
    next.write({ type: "undone", id: 1, at: 5 });
    expect(next.read()).toMatchObject({ fence: 2, open: [], unreadable: 0 });
  });

  test("fences off whoever wrote before a take-over", () => {
    const runner = createJournal(env(), opening());
    runner.write(intent(1));
    const guardian = takeOverJournal(env(), runner.path, "guardian");
    expect(() => runner.write(intent(2))).toThrow(/took over/);
    guardian.write({ type: "undone", id: 1, at: 5 });
    expect(guardian.read()).toMatchObject({ open: [], fence: 2 });
    expect(readFileSync(runner.path, "utf8")).not.toContain("fault-2");
  });

  test("moves into the run's folder when nothing is left to undo", () => {
    const journal = createJournal(env(), opening());
    expect(listJournals(env())).toEqual([journal.path]);
    retireJournal(journal);
    expect(listJournals(env())).toEqual([]);
    expect(parseJournal(readFileSync(join(dir, "faults.journal"), "utf8")).entries).toHaveLength(1);
  });

  test("is refused when it does not begin as one", () => {
    const path = join(dir, "x.journal");
    writeFileSync(path, "nonsense\n");
    expect(() => readJournal(path)).toThrow(/does not begin/);
  });

  test("is kept where the user's state is kept", () => {
    const folder = (vars: Record<string, string>): string => journalFolder({ vars, homeDir: "/home/u", cwd: "/here" });
    expect(folder({})).toBe("/home/u/.local/state/proofload");
    expect(folder({ XDG_STATE_HOME: "/s" })).toBe("/s/proofload");
    expect(folder({ XDG_STATE_HOME: "/s", PROOFLOAD_STATE_DIR: "/p" })).toBe("/p");
    // The guardian runs in another folder: a relative path would be another place there.
    expect(folder({ PROOFLOAD_STATE_DIR: "state" })).toBe("/here/state");
    expect(folder({ PROOFLOAD_STATE_DIR: "", XDG_STATE_HOME: "" })).toBe("/home/u/.local/state/proofload");
  });
});

test("with any bit of a written line turned, a journal says that something in it can't be read", () => {
  const lines = [1, 2, 3].map(intent).map(formatJournalLine);
  const bytes = Buffer.from(lines.join(""));
  fc.assert(
    fc.property(fc.nat(bytes.length - 2), fc.nat(7), (place, bit) => {
      const damaged = Buffer.from(bytes);
      damaged[place] = (bytes[place] ?? 0) ^ (1 << bit);
      const { entries, unreadable } = parseJournal(damaged.toString());
      if (unreadable === 0) expect(entries).toEqual([1, 2, 3].map(intent));
    }),
    { numRuns: 1000 },
  );
});

test("cut anywhere, a journal still reads as a prefix of what was written", () => {
  const entries = [1, 2, 3, 4].map(intent);
  const text = entries.map(formatJournalLine).join("");
  fc.assert(
    fc.property(fc.nat(text.length), (cut) => {
      const { entries: read, unreadable } = parseJournal(text.slice(0, cut));
      expect(unreadable).toBe(0);
      expect(read).toEqual(entries.slice(0, read.length));
      const whole = entries.filter(
        (_, index) =>
          cut >=
          entries
            .slice(0, index + 1)
            .map(formatJournalLine)
            .join("").length,
      );
      expect(read.length).toBeGreaterThanOrEqual(whole.length);
    }),
  );
});

describe("a disk that is full", () => {
  const isRoot = process.getuid?.() === 0 && process.platform === "linux";
  test.skipIf(!isRoot)(
    `has place for what is undone, and none for a run that would begin${isRoot ? "" : " (skipped: only root can mount a small disk)"}`,
    () => {
      const disk = mkdtempSync(join(tmpdir(), "proofload-small-"));
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]);
      try {
        const small = { ...env(), vars: { PROOFLOAD_STATE_DIR: join(disk, "state") } };
        const journal = createJournal(small, opening());
        journal.write(intent(1));
        const fill = (): void => writeFileSync(join(disk, "fill"), Buffer.alloc(1024 * 1024));
        expect(fill).toThrow(/ENOSPC/);
        journal.write({ type: "undone", id: 1, at: 2 });
        expect(readJournal(journal.path).open).toEqual([]);
        retireJournal(journal);
        expect(fill).toThrow(/ENOSPC/);
        expect(() => createJournal(small, { ...opening(), runId: "run-2" })).toThrow(/ENOSPC/);
      } finally {
        execFileSync("umount", [disk]);
        rmSync(disk, { recursive: true, force: true });
      }
    },
  );
});
