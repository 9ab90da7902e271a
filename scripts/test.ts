import { runChecks } from "./checks.ts";
import { closeTests, runVitest } from "./run-vitest.ts";

// With the names of test files as arguments only those are run.
const filters = process.argv.slice(2);
if (filters.length > 0) {
  process.exitCode = closeTests(true, [await runVitest("integration", filters)]);
} else {
  const checked = await runChecks();
  process.exitCode = closeTests(checked, [await runVitest("unit", []), await runVitest("integration", [])]);
}
