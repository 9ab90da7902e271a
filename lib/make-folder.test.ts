import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { makeFolder } from "./make-folder.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-folder-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test("makes a folder with those above it, of the mode that is asked for, and takes one that is there", () => {
  const path = join(dir, "a", "b");
  for (const _ of [1, 2]) makeFolder(path, 0o700);
  for (const one of [path, join(dir, "a")]) expect(statSync(one).mode & 0o777).toBe(0o700);
});

test.each([
  ["/proc, which takes nothing", () => "/proc/proofload/x", /ENOENT/],
  ["a file", () => join(dir, "file"), /EEXIST/],
  ["below a file", () => join(dir, "file", "x"), /ENOTDIR/],
])("comes back with the system's error in %s", (_, path, error) => {
  writeFileSync(join(dir, "file"), "");
  expect(() => makeFolder(path())).toThrow(error);
});
