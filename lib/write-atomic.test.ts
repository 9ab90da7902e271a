import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { writeAtomic } from "./write-atomic.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-atomic-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test("a file is there whole, and replaces the one before", async () => {
  await writeAtomic(join(dir, "a.json"), "old");
  const text = "é".repeat(3_000_000);
  await writeAtomic(join(dir, "a.json"), text);
  expect(readFileSync(join(dir, "a.json"), "utf8")).toBe(text);
  expect(readdirSync(dir)).toEqual(["a.json"]);
});

test("what can't be written is an error and leaves nothing", async () => {
  mkdirSync(join(dir, "a.json"));
  await expect(writeAtomic(join(dir, "a.json"), "new")).rejects.toThrow("EISDIR");
  expect(readdirSync(dir)).toEqual(["a.json"]);
});
