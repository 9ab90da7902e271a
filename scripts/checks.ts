import { checkWorkflows } from "./check-workflows.ts";
import { checkYaml } from "./check-yaml.ts";
import { command, runAll } from "./run-checks.ts";

/** Format, lint with the layering rules, types, unused code, YAML, workflows; goes on past a failure. Answers whether all passed. */
export async function runChecks(): Promise<boolean> {
  return runAll([
    ["format", command("oxfmt", "--check", ".")],
    ["lint and layering", command("oxlint", ".")],
    ["types of the tool", command("tsc", "-p", "tsconfig.json")],
    ["types of the tests", command("tsc", "-p", "tsconfig.tests.json")],
    ["types of the scenarios", command("tsc", "-p", "scenarios/tsconfig.json")],
    ["unused code", command("knip")],
    ["YAML", async () => (await checkYaml(".")).join("\n")],
    ["workflows", () => checkWorkflows(".")],
  ]);
}
