import { expect, test } from "vitest";

import { k6ExitReason } from "./k6-exit-codes.ts";

test.each([
  [0, "ended"],
  [99, "threshold"],
  [103, "stopped"],
  [105, "stopped"],
  [104, "config"],
  [100, "script"],
  [107, "script"],
  [108, "aborted"],
  [110, "marked-failed"],
  [109, "crashed"],
  [null, "crashed"],
  [106, "other"],
])("exit code %s of k6 is '%s'", (code, kind) => {
  expect(k6ExitReason(code).kind).toBe(kind);
});

test("every code that k6 documents has a meaning of its own, and no other has", () => {
  const documented = [0, ...Array.from({ length: 14 }, (_, index) => 97 + index)];
  const meanings = documented.map((code) => k6ExitReason(code).meaning);
  expect(new Set(meanings).size).toBe(documented.length);
  expect(meanings.join()).not.toContain("unknown");
  expect(k6ExitReason(96)).toEqual({ kind: "other", meaning: "an unknown exit code, 96" });
});
