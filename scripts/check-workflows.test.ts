import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, expect, test } from "vitest";

import { checkWorkflows } from "./check-workflows.ts";

// The first look may build actionlint.
const TIMEOUT_MS = 300_000;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-check-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(dir, file)), { recursive: true });
  writeFileSync(join(dir, file), text);
}

const SOUND = `on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: ./.github/actions/gate
        with:
          scenario: ci
`;
const ACTION = `name: gate
description: gates
inputs:
  scenario:
    description: which
    required: true
runs:
  using: composite
  steps:
    - shell: bash
      env:
        SCENARIO: \${{ inputs.scenario }}
      run: ./gate "$SCENARIO"
`;

test("the workflows and actions of this repository are sound", { timeout: TIMEOUT_MS }, async () => {
  expect(await checkWorkflows(root)).toBe("");
});

test.each([
  ["a workflow", ".github/workflows/x.yml", SOUND.replace("runs-on", "run-on"), 'unexpected key "run-on"'],
  ["an action's missing input", ".github/workflows/x.yml", SOUND.replace("scenario:", "other:"), '"scenario"'],
  ["an action's step", ".github/actions/gate/action.yml", ACTION.replace("inputs.scenario", "inputs.s"), '"s"'],
  ["a template", "cli/init/templates/github/y.yml.tmpl", SOUND.replace("on: push", "on: pusch"), "pusch"],
])("a mistake in %s is told", { timeout: TIMEOUT_MS }, async (_, file, text, said) => {
  write(".github/workflows/x.yml", SOUND);
  write(".github/actions/gate/action.yml", ACTION);
  expect(await checkWorkflows(dir)).toBe("");
  write(file, text);
  expect(await checkWorkflows(dir)).toContain(said);
});
