import { runChecks } from "./checks.ts";

process.exitCode = await runChecks();
