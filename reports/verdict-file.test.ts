import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it, test } from "vitest";
import { z } from "zod";

import { ERRORED, FIXTURES, PASSING } from "./testing/fixtures.ts";
import type { RunVerdict } from "../lib/run/verdict.ts";
import { readRunVerdict, verdictFileText } from "../lib/run/verdict-file.ts";
import { gateVerdictFileSchema, verdictJsonSchema } from "../lib/run/verdict-schema.ts";

const SCHEMA = join(import.meta.dirname, "../schemas/verdict.schema.json");

test("schemas/verdict.schema.json is what the code describes (vitest -u writes it)", async () => {
  await expect(`${JSON.stringify(verdictJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(SCHEMA);
});

/** The published file, read back as a schema. */
const published = z.fromJSONSchema(JSON.parse(readFileSync(SCHEMA, "utf8")) as Parameters<typeof z.fromJSONSchema>[0]);

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

  it("holds all that may be in it", () => {
    const [first, ...others] = PASSING.verdict.objectives;
    if (first === undefined) throw new Error("no objective");
    const verdict: RunVerdict = {
      ...PASSING.verdict,
      tries: { number: 2, of: 3, earlier: [{ runId: "run-1", summary: "too few events" }] },
      objectives: [
        {
          ...first,
          mayBeInconclusive: true,
          census: { slices: 9, sliceSeconds: 5, held: null },
          burnRate: { whole: 2, worst: { from: 1, to: 4, rate: 8, events: 90 }, windowSeconds: 3, budgetShare: 1e-4 },
          recovery: { withinSeconds: 5, seenSeconds: 2, uncertaintySeconds: 1 },
        },
        ...others,
      ],
    };
    expect(readRunVerdict(verdictFileText(verdict))).toEqual({ ok: true, verdict });
    expect(published.safeParse(JSON.parse(verdictFileText(verdict))).error).toBeUndefined();
  });

  it.each(Object.entries(FIXTURES))("fits the schema that is published: %s", (_, { verdict }) => {
    const file = JSON.parse(verdictFileText(verdict)) as object;
    expect(published.safeParse(file).error).toBeUndefined();
    expect(published.safeParse({ ...file, verdict: "passed" }).success).toBe(false);
    expect(published.safeParse({ ...file, more: 1 }).success).toBe(false);
  });

  it("of a gate is of another shape", () => {
    const { runId: _, ...rest } = PASSING.verdict;
    expect(gateVerdictFileSchema.safeParse(rest).success).toBe(false);
  });
});
