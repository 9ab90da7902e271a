import { $ } from "zx";

/** Answers what is wrong; empty where nothing is. */
export type Check = () => Promise<string>;

/** Runs named checks one after another, past failures, and prints a line for each. Answers whether all passed. */
export async function runAll(checks: readonly (readonly [name: string, check: Check])[]): Promise<boolean> {
  let passed = true;
  for (const [name, check] of checks) {
    const start = performance.now();
    const wrong = await check().catch((error: unknown) => String(error));
    if (wrong !== "") process.stdout.write(`${wrong.trimEnd()}\n`);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    process.stdout.write(`${wrong === "" ? "ok  " : "FAIL"}  ${name} (${seconds} s)\n`);
    passed &&= wrong === "";
  }
  return passed;
}

/** A program as a check: right when it ends with 0. */
export function command(program: string, ...args: readonly string[]): Check {
  return async () => {
    const result = await $({ nothrow: true, quiet: true, preferLocal: true })`${program} ${args}`;
    if (result.exitCode === 0) return "";
    return result.stdall.trim() === "" ? `${program} ended with ${result.exitCode}` : result.stdall;
  };
}
