import type { GateRecord } from "../../lib/run/gate-record.ts";
import { printableRecord } from "../words/printable.ts";
import { junitDocument } from "./junit-document.ts";
import { gateCasesOf } from "./test-cases.ts";

/** A gate's verdict of a window as JUnit XML. */
export function renderGateJunit(given: GateRecord): string {
  const record = printableRecord(given);
  const { verdict } = record;
  const { window, prometheus } = verdict;
  return junitDocument({
    suite: "gate",
    cases: gateCasesOf(record),
    seconds: window.to - window.from,
    startedAt: window.from,
    properties: {
      prometheus: prometheus.url,
      verdict: verdict.verdict,
      summary: verdict.summary,
      exitCode: String(verdict.exitCode),
    },
  });
}
