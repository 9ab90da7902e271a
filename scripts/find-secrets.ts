import { command } from "./run-checks.ts";
import { toolPath } from "./tool.ts";

/** Looks for secrets in every commit of the repository at `root`, then in its files as they are. Answers what gitleaks found, without the secrets. */
export async function findSecrets(root: string): Promise<string> {
  const gitleaks = await toolPath("gitleaks");
  const options = ["--no-banner", "--no-color", "--redact", "--verbose", "--exit-code=1"];
  const found = await command(gitleaks, "git", ...options, root)();
  return found === "" ? command(gitleaks, "git", "--pre-commit", ...options, root)() : found;
}
