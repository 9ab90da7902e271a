import type { RunRecord } from "../../lib/run/record.ts";
import { printableRecord } from "../words/printable.ts";
import { runTimes } from "../words/run-times.ts";
import { junitDocument } from "./junit-document.ts";
import { testCasesOf } from "./test-cases.ts";

/** The run as JUnit XML: a fail is a `failure`, whatever is unproven is an `error`. */
export function renderJunit(given: RunRecord): string {
  const record = printableRecord(given);
  const { plan, verdict } = record;
  const { runStart, runEnd } = runTimes(record);
  return junitDocument({
    suite: plan.load.scenario,
    cases: testCasesOf(record),
    seconds: runStart === null || runEnd === null ? 0 : runEnd - runStart,
    startedAt: runStart,
    properties: {
      run: verdict.runId,
      service: plan.service.name,
      gate: plan.gate.name,
      verdict: verdict.verdict,
      summary: verdict.summary,
      exitCode: String(verdict.exitCode),
    },
  });
}
