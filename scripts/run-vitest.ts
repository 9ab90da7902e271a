import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { $ } from "zx";

/** What a test run came to; `skipped` has the full names. */
export interface TestCount {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
  readonly ok: boolean;
}

interface JsonReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Runs one project of vitest.config.ts with its output shown; with filters it need not have a test that fits. */
export async function runVitest(
  project: "unit" | "light" | "integration",
  filters: readonly string[],
): Promise<TestCount> {
  const dir = mkdtempSync(join(tmpdir(), "proofload-vitest-"));
  const file = join(dir, "report.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const options = {
    nothrow: true,
    preferLocal: true,
    stdio: ["ignore", "inherit", "inherit"] as ["ignore", "inherit", "inherit"],
  };
  try {
    const named = filters.length > 0 ? ["--passWithNoTests"] : [];
    const { exitCode } = await $(options)`vitest run --project ${project} ${reporters} ${named} ${filters}`;
    const report = JSON.parse(readFileSync(file, "utf8")) as JsonReport;
    const tests = report.testResults.flatMap((result) => result.assertionResults);
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: tests.filter(({ status }) => status !== "passed" && status !== "failed").map(({ fullName }) => fullName),
      ok: exitCode === 0,
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Prints the closing line of a test run; under CI a skip of what could have been provided is a failure. Answers an exit code. */
export function closeTests(checked: boolean, counts: readonly TestCount[]): number {
  const sum = (of: (count: TestCount) => number): number => counts.reduce((total, count) => total + of(count), 0);
  const skipped = counts.flatMap((count) => count.skipped);
  for (const name of skipped) process.stdout.write(`skipped: ${name}\n`);
  const skipsCount = process.env["CI"] === "true" && skipped.length > 0;
  if (skipsCount) process.stdout.write("CI=true: a skipped test is a failed one.\n");
  process.stdout.write(
    `tests: ${sum((count) => count.passed)} passed, ${sum((count) => count.failed)} failed, ${skipped.length} skipped\n`,
  );
  return checked && !skipsCount && counts.every((count) => count.ok) ? 0 : 1;
}
