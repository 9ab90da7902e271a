import { $ } from "zx";

import { checkWorkflows } from "./check-workflows.ts";
import { checkYaml } from "./check-yaml.ts";

/** What a check says of what is wrong; empty where nothing is. */
type Check = () => Promise<string>;

const CHECKS: readonly (readonly [name: string, check: Check])[] = [
  ["format", command("oxfmt", "--check", ".")],
  ["lint and layering", command("oxlint", ".")],
  ["types of the tool", command("tsc", "-p", "tsconfig.json")],
  ["types of the tests", command("tsc", "-p", "tsconfig.tests.json")],
  ["types of the scenarios", command("tsc", "-p", "scenarios/tsconfig.json")],
  ["unused code", command("knip")],
  ["YAML", async () => (await checkYaml(".")).join("\n")],
  ["workflows", () => checkWorkflows(".")],
];

/** Format, lint with the layering rules, types, unused code, YAML, workflows; goes on past a failure. Answers whether all passed. */
export async function runChecks(): Promise<boolean> {
  let passed = true;
  for (const [name, check] of CHECKS) {
    const start = performance.now();
    const wrong = await check().catch((error: unknown) => String(error));
    if (wrong !== "") process.stdout.write(`${wrong.trimEnd()}\n`);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    process.stdout.write(`${wrong === "" ? "ok  " : "FAIL"}  ${name} (${seconds} s)\n`);
    passed &&= wrong === "";
  }
  return passed;
}

function command(program: string, ...args: readonly string[]): Check {
  return async () => {
    const result = await $({ nothrow: true, quiet: true, preferLocal: true })`${program} ${args}`;
    if (result.exitCode === 0) return "";
    return result.stdall.trim() === "" ? `${program} ended with ${result.exitCode}` : result.stdall;
  };
}
