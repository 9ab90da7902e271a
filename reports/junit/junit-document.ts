import { create } from "xmlbuilder2";

import { isoOf } from "../words/format.ts";
import type { TestCase } from "./test-cases.ts";
import { xmlAttribute, xmlText } from "./xml-text.ts";

export interface JunitDocument {
  /** Behind `proofload.` in the suite's name. */
  readonly suite: string;
  readonly cases: readonly TestCase[];
  readonly seconds: number;
  /** Unix seconds. */
  readonly startedAt: number | null;
  readonly properties: Readonly<Record<string, string>>;
}

/** Testcases as the text of a JUnit document with one suite; nothing in it is `skipped`, which every reader takes for green. */
export function junitDocument({ suite, cases, seconds, startedAt, properties }: JunitDocument): string {
  const counts = {
    tests: cases.length,
    failures: cases.filter(({ outcome }) => outcome.kind === "failure").length,
    errors: cases.filter(({ outcome }) => outcome.kind === "error").length,
    time: decimal(seconds),
  };
  const name = xmlAttribute(`proofload.${suite}`);
  const document = create({ version: "1.0", encoding: "UTF-8" });
  const element = document
    .ele("testsuites", { name: "proofload", ...counts })
    .ele("testsuite", { name, ...counts, skipped: 0, timestamp: isoOf(startedAt) ?? "1970-01-01T00:00:00.000Z" });
  const list = element.ele("properties");
  for (const [key, value] of Object.entries(properties)) {
    list.ele("property", { name: key, value: xmlAttribute(value) });
  }
  for (const testCase of cases) addCase(element, testCase, name);
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
