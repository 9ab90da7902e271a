// What guard.yml runs beside Trivy: npm run guard, or some of it: npm run guard -- yaml secrets
import { checkWorkflows } from "./check-workflows.ts";
import { checkYaml } from "./check-yaml.ts";
import { findSecrets } from "./find-secrets.ts";
import { command, runAll, type Check } from "./run-checks.ts";

const GUARDS: Readonly<Record<string, Check>> = {
  // That the lockfile is in step is what `npm ci` says, which has run before.
  dependencies: command("npm", "ls", "--all"),
  audit: command("npm", "audit", "--audit-level=moderate"),
  yaml: async () => (await checkYaml(".")).join("\n"),
  workflows: () => checkWorkflows("."),
  secrets: () => findSecrets("."),
};

const words = process.argv.slice(2);
const unknown = words.filter((word) => !Object.hasOwn(GUARDS, word));
if (unknown.length > 0) {
  process.stderr.write(`unknown: ${unknown.join(", ")}; known are: ${Object.keys(GUARDS).join(", ")}\n`);
  process.exitCode = 2;
} else {
  const wanted = Object.entries(GUARDS).filter(([name]) => words.length === 0 || words.includes(name));
  process.exitCode = (await runAll(wanted)) ? 0 : 1;
}
