import { $ } from "zx";

const CHECKS: readonly (readonly [name: string, command: readonly [string, ...string[]]])[] = [
  ["format", ["oxfmt", "--check", "."]],
  ["lint, layering", ["oxlint", "."]],
  ["types: tool", ["tsc", "-p", "tsconfig.json"]],
  ["types: tests", ["tsc", "-p", "tsconfig.tests.json"]],
  ["types: scenarios", ["tsc", "-p", "scenarios/tsconfig.json"]],
  ["unused code", ["knip"]],
  ["unit tests", ["vitest", "run", "--project", "unit"]],
];

/** Runs one program of node_modules with its output shown when it fails (or always); answers whether it passed. */
export async function runStep(name: string, command: readonly [string, ...string[]], show: boolean): Promise<boolean> {
  const start = performance.now();
  const [program, ...args] = command;
  const options = { nothrow: true, quiet: true, preferLocal: true, stdio: ["ignore", "pipe", "pipe"] as const };
  const running = show
    ? $({ ...options, stdio: ["ignore", "inherit", "inherit"] })`${program} ${args}`
    : $(options as never)`${program} ${args}`;
  const result = await running;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (result.exitCode !== 0 && !show) process.stdout.write(result.stdout + result.stderr);
  process.stdout.write(`${result.exitCode === 0 ? "ok  " : "FAIL"}  ${name} (${seconds} s)\n`);
  return result.exitCode === 0;
}

/** Format, lint with the layering rules, types, unused code, unit tests; goes on past a failure. Answers an exit code. */
export async function runChecks(): Promise<number> {
  let failed = 0;
  for (const [name, command] of CHECKS) {
    if (!(await runStep(name, command, name === "unit tests"))) failed += 1;
  }
  return failed === 0 ? 0 : 1;
}
