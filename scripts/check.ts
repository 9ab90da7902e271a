import { runChecks } from "./checks.ts";
import { closeTests, runVitest } from "./run-vitest.ts";

const checked = await runChecks();
process.exitCode = closeTests(checked, [await runVitest("unit", [])]);
