import { join } from "node:path";

import { describe, expect, it, test } from "vitest";

import { ERRORED, FIXTURES, PASSING } from "./testing/fixtures.ts";
import { readRunVerdict, verdictFileText } from "../lib/run/verdict-file.ts";
import { gateVerdictFileSchema, verdictJsonSchema } from "../lib/run/verdict-schema.ts";

const SCHEMA = join(import.meta.dirname, "../schemas/verdict.schema.json");

test("schemas/verdict.schema.json is what the code describes (vitest -u writes it)", async () => {
  await expect(`${JSON.stringify(verdictJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(SCHEMA);
});

/** The text of a verdict with one part changed. */
function changed(path: readonly (string | number)[], value: unknown, record = PASSING): string {
  const verdict = JSON.parse(verdictFileText(record.verdict)) as Record<string | number, unknown>;
  let part: Record<string | number, unknown> = verdict;
  for (const key of path.slice(0, -1)) part = part[key] as typeof part;
  part[path.at(-1) ?? ""] = value;
  return JSON.stringify(verdict);
}

describe("verdict.json", () => {
  it.each(Object.entries(FIXTURES))("is read as it was written: %s", (_, { verdict }) => {
    expect(readRunVerdict(verdictFileText(verdict))).toEqual({ ok: true, verdict });
  });

  it("says which schema it has", () => {
    expect(JSON.parse(verdictFileText(PASSING.verdict))).toMatchObject({ $schema: "urn:proofload:verdict:1" });
  });

  it.each<readonly [string, string, string]>([
    ["a text that is cut off", verdictFileText(PASSING.verdict).slice(0, -9), "it is no JSON"],
    ["no object", "[]", "expected a mapping, found a list"],
    ["another version", changed(["schemaVersion"], 2), "it is of another version of proofload"],
    [
      "a target as text",
      changed(["objectives", 0, "target"], "0.99"),
      "objectives[0].target: expected a number, found a string",
    ],
    [
      "not a number",
      changed(["objectives", 0, "value"], "NaN"),
      "objectives[0].value: expected a number, found a string",
    ],
    [
      "an unknown verdict",
      changed(["verdict"], "passed"),
      "verdict: expected one of pass, fail, inconclusive, error, found 'passed'; did you mean 'pass'?",
    ],
    [
      "an unknown reason",
      changed(["objectives", 1, "reason", "code"], "x"),
      "objectives[1].reason.code: expected one of",
    ],
    [
      "an unknown key",
      changed(["load", "request"], 1),
      "load.request: unknown key 'request'; did you mean 'requests'?",
    ],
    ["a pass with the exit code of a fail", changed(["exitCode"], 1), "its verdict is 'pass' and its exit code 1"],
    [
      "a fail with the exit code of a pass",
      changed(["exitCode"], 0, ERRORED),
      "its verdict is 'error' and its exit code 0",
    ],
    ["a pass with an objective that failed", changed(["objectives", 2, "verdict"], "fail"), "objectives[2] failed"],
    [
      "a pass with a reason against it",
      changed(["reasons"], [{ code: "no-data", message: "" }]),
      "reasons[0] stands against it: no-data",
    ],
  ])("is refused with its path: %s", (_, text, message) => {
    const read = readRunVerdict(text);
    expect(read.ok ? [] : read.problems.join("\n")).toContain(message);
  });

  it("of a gate is of another shape", () => {
    const { runId: _, ...rest } = PASSING.verdict;
    expect(gateVerdictFileSchema.safeParse(rest).success).toBe(false);
  });
});
