import { runChecks } from "./checks.ts";
import { closeTests, runVitest } from "./run-vitest.ts";

// With the names of test files as arguments only those are run.
const filters = process.argv.slice(2);
if (filters.length > 0) {
  const counts = [await runVitest("light", filters), await runVitest("integration", filters)];
  const found = counts.some(({ passed, failed, skipped }) => passed + failed + skipped.length > 0);
  if (!found) process.stdout.write(`no integration test fits ${filters.join(" ")}\n`);
  process.exitCode = closeTests(found, counts);
} else {
  const checked = await runChecks();
  process.exitCode = closeTests(checked, [
    await runVitest("unit", []),
    await runVitest("light", []),
    await runVitest("integration", []),
  ]);
}
