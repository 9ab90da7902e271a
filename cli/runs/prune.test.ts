import {
  chmodSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createNodeEnv } from "../../lib/node-env.ts";
import { asNobody } from "../../lib/testing/as-nobody.ts";
import { pruneRuns } from "./prune.ts";

const DAY = 86_400;
const NOW = Date.UTC(2026, 5, 30, 12);
const env = { clock: { ...createNodeEnv().clock, now: () => NOW } };
const KEEP_ALL = { keep: 100, maxAgeSeconds: 1000 * DAY, current: [] };
const KEEP_ONE = { ...KEEP_ALL, keep: 1, maxAgeSeconds: 0 };
let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-prune-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A run folder that began and was last written so many days ago. */
function addRun(daysAgo: number, verdict: string | null, options: { readonly writtenDaysAgo?: number } = {}): string {
  const [date = "", time = ""] = new Date(NOW - daysAgo * DAY * 1000).toISOString().split("T");
  const id = `${date.replaceAll("-", "")}-${time.slice(0, 8).replaceAll(":", "")}-00ff`;
  const run = join(dir, id);
  mkdirSync(join(run, "k6"), { recursive: true });
  const files = ["plan.json", join("k6", "k6.log"), ...(verdict === null ? [] : ["verdict.json"])];
  for (const file of files) writeFileSync(join(run, file), JSON.stringify({ verdict }));
  const written = NOW / 1000 - (options.writtenDaysAgo ?? daysAgo) * DAY;
  for (const path of [...files, "k6", ""]) utimesSync(join(run, path), written, written);
  return id;
}

describe("run folders", () => {
  test("beyond the newest so many are removed", async () => {
    const ids = [5, 4, 3, 2].map((days) => addRun(days, "fail"));
    const { removed, failures } = await pruneRuns(env, dir, { ...KEEP_ALL, keep: 2 });
    expect(failures).toEqual([]);
    expect(removed.toSorted()).toEqual(ids.slice(0, 2));
    expect(readdirSync(dir).toSorted()).toEqual(ids.slice(2));
  });

  test("that are too old are removed, however few there are", async () => {
    const [old = "", young = ""] = [31, 29].map((days) => addRun(days, "inconclusive"));
    expect(await pruneRuns(env, dir, { ...KEEP_ALL, maxAgeSeconds: 30 * DAY })).toEqual({
      removed: [old],
      failures: [],
    });
    expect(readdirSync(dir)).toEqual([young]);
  });

  test("of which one is the newest that passed keep that one, whatever its age", async () => {
    const olderPass = addRun(90, "pass");
    const pass = addRun(60, "pass");
    const fail = addRun(50, "fail");
    addRun(1, "fail");
    const { removed } = await pruneRuns(env, dir, { ...KEEP_ALL, keep: 1, maxAgeSeconds: 30 * DAY });
    expect(removed.toSorted()).toEqual([olderPass, fail]);
    expect(existsSync(join(dir, pass, "verdict.json"))).toBe(true);
  });

  test("are as old as what was last written in them: a long run's is not old at its end", async () => {
    const soak = addRun(40, "inconclusive", { writtenDaysAgo: 0 });
    addRun(32, "fail", { writtenDaysAgo: 31 });
    await pruneRuns(env, dir, { ...KEEP_ALL, maxAgeSeconds: 30 * DAY });
    expect(readdirSync(dir)).toEqual([soak]);
  });

  test("of the runs that have just ended stay, whatever the rules and the clocks say", async () => {
    const current = [addRun(4, "fail"), addRun(3, "fail")];
    const other = addRun(2, "fail");
    const { removed } = await pruneRuns(env, dir, { ...KEEP_ONE, current });
    expect(removed).toEqual([other]);
    expect(readdirSync(dir)).toEqual(current);
  });

  test("without a verdict stay for a day after they last wrote: they may be running", async () => {
    const begun = addRun(0.9, null);
    const soak = addRun(40, null, { writtenDaysAgo: 0.1 });
    const cutOff = addRun(1.1, null);
    const { removed } = await pruneRuns(env, dir, KEEP_ONE);
    expect(removed).toEqual([cutOff]);
    expect(readdirSync(dir).toSorted()).toEqual([soak, begun].toSorted());
  });

  test("are known by their id and their plan; everything else is left alone", async () => {
    const outside = mkdtempSync(join(tmpdir(), "proofload-outside-"));
    try {
      writeFileSync(join(outside, "plan.json"), "{}");
      const addFolder = (name: string, files: readonly string[]): void => {
        mkdirSync(join(dir, name));
        for (const file of files) writeFileSync(join(dir, name, file), '{"verdict":"fail"}');
      };
      addFolder("20200101-000000-aaaa", ["verdict.json"]);
      addFolder("20201399-000000-aaaa", ["plan.json", "verdict.json"]);
      addFolder("2020", ["plan.json", "verdict.json"]);
      addFolder("notes", ["plan.json", "verdict.json"]);
      writeFileSync(join(dir, "20200101-000000-bbbb"), "");
      symlinkSync(outside, join(dir, "20200101-000000-cccc"));
      const before = readdirSync(dir);
      expect(await pruneRuns(env, dir, KEEP_ONE)).toEqual({ removed: [], failures: [] });
      expect(readdirSync(dir)).toEqual(before);
      expect(readdirSync(outside)).toEqual(["plan.json"]);
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });

  test("are removed without what their links lead to", async () => {
    const outside = mkdtempSync(join(tmpdir(), "proofload-outside-"));
    try {
      writeFileSync(join(outside, "precious"), "");
      const id = addRun(50, "fail");
      symlinkSync(outside, join(dir, id, "link"));
      utimesSync(join(dir, id), 0, 0);
      lutimesSync(join(dir, id, "link"), 0, 0);
      expect((await pruneRuns(env, dir, KEEP_ONE)).removed).toEqual([id]);
      expect(readdirSync(outside)).toEqual(["precious"]);
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });
});

test("a folder of runs that is not there has nothing to remove", async () => {
  expect(await pruneRuns(env, join(dir, "none"), KEEP_ONE)).toEqual({ removed: [], failures: [] });
});

test("what could not be removed is told, and stops nothing", async () => {
  const file = join(dir, "file");
  writeFileSync(file, "");
  const { failures } = await pruneRuns(env, file, KEEP_ONE);
  expect(failures).toEqual([expect.stringContaining("could not be tidied up: ENOTDIR")]);
});

test("a run in a folder that may not be changed is told, the others go", async () => {
  const locked = addRun(50, "fail");
  const other = addRun(51, "fail");
  chmodSync(join(dir, locked, "k6"), 0o500);
  const { removed, failures } = await asNobody(dir, () => pruneRuns(env, dir, KEEP_ONE));
  chmodSync(join(dir, locked, "k6"), 0o700);
  expect(removed).toEqual([other]);
  expect(failures).toEqual([expect.stringContaining(`run ${locked} could not be removed: EACCES`)]);
});
