import { runChecks, runStep } from "./checks.ts";

const filters = process.argv.slice(2);
const checked = filters.length > 0 ? 0 : await runChecks();
const tested = await runStep("integration tests", ["vitest", "run", "--project", "integration", ...filters], true);
process.exitCode = checked === 0 && tested ? 0 : 1;
