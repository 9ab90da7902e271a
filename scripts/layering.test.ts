import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { $ } from "zx";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-layering-"));
  // Without types: what is planted has no project.
  const { options, ...config } = JSON.parse(readFileSync(join(root, ".oxlintrc.json"), "utf8")) as { options: object };
  expect(options).toEqual({ typeAware: true });
  writeFileSync(join(dir, ".oxlintrc.json"), JSON.stringify(config));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function lint(file: string, code: string): Promise<string> {
  mkdirSync(dirname(join(dir, file)), { recursive: true });
  writeFileSync(join(dir, file), code);
  const oxlint = join(root, "node_modules", ".bin", "oxlint");
  const config = join(dir, ".oxlintrc.json");
  const result = await $({ nothrow: true, quiet: true, cwd: dir })`${oxlint} --config ${config} ${file}`;
  return result.stdout;
}

const imported = (path: string): string => `import { x } from "${path}";\nexport const y = x;\n`;

describe("the lint rules refuse", () => {
  test.each([
    ["gates/planted.ts", imported("node:fs/promises"), "no node: module"],
    ["gates/planted.ts", imported("fs"), "prefer-node-protocol"],
    ["gates/planted.ts", imported("../lib/prometheus/client.ts"), "no adapter"],
    ["gates/planted.ts", imported("../chaos/engine.ts"), "don't import each other"],
    ["reports/html/planted.ts", imported("../../gates/judge.ts"), "reports import lib only"],
    ["reports/planted.ts", imported("node:path"), "no node: module"],
    ["cli/plan/planted.ts", imported("node:fs"), "no node: module"],
    ["cli/plan/planted.ts", imported("../../lib/process/program.ts"), "no adapter"],
    ["chaos/faults/planted.ts", imported("../../gates/judge.ts"), "chaos imports lib only"],
    ["lib/run/planted.ts", imported("../../chaos/fault.ts"), "lib knows nothing"],
    ["lib/planted.ts", imported("../cli/main.ts"), "lib knows nothing"],
    ["scenarios/kit/planted.ts", imported("../../lib/errors.ts"), "scenarios stand alone"],
    ["lib/planted.ts", "export const now = Date.now();\n", "env.clock.now()"],
    ["cli/planted.ts", "export const roll = Math.random();\n", "env.random()"],
    ["chaos/planted.ts", "export const dir = process.cwd();\n", "comes in through Env"],
    ["gates/planted.ts", "console.log(1);\nexport const x = 1;\n", "no-console"],
  ])("in %s: %j", async (file, code, said) => {
    expect(await lint(file, code)).toContain(said);
  });

  test.each([
    ["gates/planted.ts", imported("../lib/run/plan.ts")],
    ["cli/pipeline/planted.ts", imported("../../gates/judge.ts")],
    ["chaos/planted.ts", imported("node:fs")],
  ])("but allow %s: %j", async (file, code) => {
    expect(await lint(file, code)).not.toContain("no-restricted");
  });
});
