import { $ } from "zx";

type Command = readonly [string, ...string[]];

const CHECKS: readonly (readonly [name: string, command: Command])[] = [
  ["format", ["oxfmt", "--check", "."]],
  ["lint and layering", ["oxlint", "."]],
  ["types of the tool", ["tsc", "-p", "tsconfig.json"]],
  ["types of the tests", ["tsc", "-p", "tsconfig.tests.json"]],
  ["types of the scenarios", ["tsc", "-p", "scenarios/tsconfig.json"]],
  ["unused code", ["knip"]],
];

/** Format, lint with the layering rules, types, unused code; goes on past a failure. Answers whether all passed. */
export async function runChecks(): Promise<boolean> {
  let passed = true;
  for (const [name, [program, ...args]] of CHECKS) {
    const start = performance.now();
    const result = await $({ nothrow: true, quiet: true, preferLocal: true })`${program} ${args}`;
    const ok = result.exitCode === 0;
    if (!ok) process.stdout.write(result.stdall);
    process.stdout.write(`${ok ? "ok  " : "FAIL"}  ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)\n`);
    passed &&= ok;
  }
  return passed;
}
