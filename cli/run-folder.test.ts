import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createNodeEnv } from "../lib/node-env.ts";
import { createRunFolder, findRunFolder, newRunId, readEvents } from "./run-folder.ts";

const env = createNodeEnv();
let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-folder-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("the folder of a run", () => {
  test("keeps the timeline on the disk, event by event", () => {
    const folder = createRunFolder(env, dir, "run-1");
    folder.emit({ type: "note", text: "one" }, 1);
    folder.emit({ type: "note", text: "two" }, 2);
    expect(readEvents(folder.dir)).toEqual([
      { at: 1, type: "note", text: "one" },
      { at: 2, type: "note", text: "two" },
    ]);
    folder.close();
  });

  test("whose disk refuses an event goes on, and tells so at the end", () => {
    const folder = createRunFolder(env, dir, "run-1");
    folder.close();
    folder.emit({ type: "note", text: "lost" });
    folder.emit({ type: "note", text: "lost, too" });
    expect(folder.events()).toHaveLength(2);
    expect(folder.failure()).toMatch(/events\.ndjson could not be written: EBADF/);
  });

  test("belongs to one run only", () => {
    createRunFolder(env, dir, "run-1").close();
    expect(() => createRunFolder(env, dir, "run-1")).toThrow("EEXIST");
  });

  test("writes its files whole or not at all", async () => {
    const folder = createRunFolder(env, dir, "run-1");
    await folder.write("verdict.json", "{}");
    expect(readFileSync(join(folder.dir, "verdict.json"), "utf8")).toBe("{}");
    await expect(folder.write("no/such/place.json", "{}")).rejects.toThrow("ENOENT");
    expect(existsSync(join(folder.dir, "no"))).toBe(false);
    folder.close();
  });

  test("is read past a line that was torn off", () => {
    const folder = createRunFolder(env, dir, "run-1");
    folder.emit({ type: "note", text: "whole" }, 1);
    folder.emit({ type: "note", text: "torn" }, 2);
    folder.close();
    truncateSync(join(folder.dir, "events.ndjson"), 60);
    expect(readEvents(folder.dir)).toEqual([{ at: 1, type: "note", text: "whole" }]);
  });
});

describe("a run is found", () => {
  beforeEach(() => {
    for (const id of ["20260101-000000-aaaa", "20260102-000000-bbbb"]) {
      const folder = createRunFolder(env, dir, id);
      writeFileSync(join(folder.dir, "plan.json"), "{}");
      folder.close();
    }
  });

  test.each([
    ["20260101-000000-aaaa", "20260101-000000-aaaa"],
    ["latest", "20260102-000000-bbbb"],
  ])("by %s", (name, id) => {
    expect(findRunFolder({ cwd: "/" }, name, dir)).toBe(join(dir, id));
  });

  test("by its path", () => {
    expect(findRunFolder({ cwd: dir }, "20260101-000000-aaaa", undefined)).toBe(join(dir, "20260101-000000-aaaa"));
  });

  test("or else the newest are named", () => {
    expect(() => findRunFolder({ cwd: "/" }, "nope", dir)).toThrow("no run 'nope'");
  });
});

test("run ids sort by time", () => {
  const at = (ms: number): string => newRunId({ clock: { ...env.clock, now: () => ms }, random: () => 0.5 });
  expect(at(Date.UTC(2026, 10, 21, 10, 40, 13))).toBe("20261121-104013-8000");
  expect(at(Date.UTC(2026, 10, 21, 9, 0, 0)) < at(Date.UTC(2026, 10, 21, 10, 0, 0))).toBe(true);
});
