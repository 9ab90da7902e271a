import { describe, expect, it } from "vitest";
import { fc } from "../lib/testing/properties.ts";
import { REASONS, type ReasonCode } from "../lib/run/reasons.ts";
import type { RunRecord } from "../lib/run/record.ts";
import type { VerdictWord } from "../lib/run/verdict.ts";
import { RENDERERS } from "./index.ts";
import { FIXTURES } from "./testing/fixtures.ts";
import { withText } from "./testing/hostile.ts";

const MARKER = "<injected-marker>";
const words: fc.Arbitrary<VerdictWord> = fc.constantFrom("pass", "fail", "inconclusive", "error");
const codes = fc.constantFrom(...(Object.keys(REASONS) as ReasonCode[]));

/** Any run: a fixture with any verdicts, reasons and texts. */
const records: fc.Arbitrary<RunRecord> = fc
  .record({
    base: fc.constantFrom(...Object.values(FIXTURES)),
    verdict: words,
    objectives: fc.array(words, { maxLength: 7 }),
    reasons: fc.array(codes, { maxLength: 3 }),
    loadReasons: fc.array(codes, { maxLength: 2 }),
    text: fc.string({ unit: "binary", maxLength: 30 }),
    evidence: fc.boolean(),
    faults: fc.boolean(),
  })
  .map(({ base, verdict, objectives, reasons, loadReasons, text, evidence, faults }) =>
    withText(
      {
        ...base,
        evidence: evidence ? base.evidence : null,
        verdict: {
          ...base.verdict,
          verdict,
          reasons: reasons.map((code) => ({ code, message: "" })),
          objectives: base.verdict.objectives
            .slice(0, objectives.length)
            .map((objective, index) => ({ ...objective, verdict: objectives[index] ?? "error" })),
          faults: faults ? base.verdict.faults : [],
          load: { ...base.verdict.load, reasons: loadReasons.map((code) => ({ code, message: "" })) },
        },
      },
      `${text}${MARKER}`,
    ),
  );

function render(file: string, record: RunRecord): string {
  return RENDERERS.find((renderer) => renderer.file === file)?.render(record) ?? "";
}

describe("the renderers", () => {
  it("are the reports of a run's folder", () => {
    expect(RENDERERS.map(({ file }) => file)).toEqual([
      "report.html",
      "summary.md",
      "junit.xml",
      "load-performance.json",
    ]);
  });

  it("never show a run green in JUnit that didn't pass", () => {
    fc.assert(
      fc.property(records, (record) => {
        const [, failures, errors] = /failures="(\d+)" errors="(\d+)"/.exec(render("junit.xml", record)) ?? [];
        const red = Number(failures) + Number(errors);
        expect(record.verdict.verdict === "pass" || red >= 1).toBe(true);
      }),
    );
  });

  it("never let a user's markup through", () => {
    fc.assert(
      fc.property(records, (record) => {
        for (const { render } of RENDERERS) expect(render(record)).not.toContain(MARKER);
      }),
      { numRuns: 60 },
    );
  });

  it("are pure: the same run gives the same reports", () => {
    for (const { render } of RENDERERS) {
      for (const record of Object.values(FIXTURES)) expect(render(structuredClone(record))).toBe(render(record));
    }
  });
});
