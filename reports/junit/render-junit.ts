import { create } from "xmlbuilder2";
import type { RunRecord } from "../../lib/run/record.ts";
import { isoOf } from "../words/format.ts";
import { printableRecord } from "../words/printable.ts";
import { runTimes } from "../words/run-times.ts";
import { testCasesOf, type TestCase } from "./test-cases.ts";
import { xmlAttribute, xmlText } from "./xml-text.ts";

/**
 * The run as JUnit XML: a fail is a `failure`, whatever is unproven is an `error`, and nothing is ever `skipped`,
 * which every reader takes for green.
 */
export function renderJunit(given: RunRecord): string {
  const record = printableRecord(given);
  const { plan, verdict } = record;
  const cases = testCasesOf(record);
  const { runStart, runEnd } = runTimes(record);
  const counts = {
    tests: cases.length,
    failures: cases.filter(({ outcome }) => outcome.kind === "failure").length,
    errors: cases.filter(({ outcome }) => outcome.kind === "error").length,
    time: decimal(runStart === null || runEnd === null ? 0 : runEnd - runStart),
  };
  const name = xmlAttribute(`proofload.${plan.load.scenario}`);
  const document = create({ version: "1.0", encoding: "UTF-8" });
  const suite = document
    .ele("testsuites", { name: "proofload", ...counts })
    .ele("testsuite", { name, ...counts, skipped: 0, timestamp: isoOf(runStart) ?? "1970-01-01T00:00:00.000Z" });
  const properties = suite.ele("properties");
  for (const [key, value] of Object.entries({
    run: verdict.runId,
    service: plan.service.name,
    gate: plan.gate.name,
    verdict: verdict.verdict,
    summary: verdict.summary,
    exitCode: String(verdict.exitCode),
  })) {
    properties.ele("property", { name: key, value: xmlAttribute(value) });
  }
  for (const testCase of cases) addCase(suite, testCase, name);
  return `${document.end({ prettyPrint: true })}\n`;
}

function addCase(suite: ReturnType<typeof create>, { name, seconds, outcome }: TestCase, classname: string): void {
  const element = suite.ele("testcase", { name: xmlAttribute(name), classname, time: decimal(seconds) });
  if (outcome.kind === "passed") return;
  const { kind, type, message, details } = outcome;
  element.ele(kind, { type, message: xmlAttribute(message) }).txt(xmlText(details));
}

function decimal(seconds: number): string {
  return Number.isFinite(seconds) && seconds > 0 ? seconds.toFixed(3) : "0";
}
