import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parse, stringify } from "yaml";
import { $ } from "zx";

import { toolPath } from "./tool.ts";

const WORKFLOWS = join(".github", "workflows");
const ACTIONS = join(".github", "actions");
const TEMPLATES = join("cli", "init", "templates", "github");

interface CompositeAction {
  readonly inputs?: Readonly<Record<string, { readonly required?: boolean; readonly default?: unknown }>>;
  readonly runs: { readonly using: string; readonly steps?: readonly object[] };
}

/**
 * Lints the workflows of the repository at `root`, the workflows that `init` writes, and the steps of the composite actions,
 * each as a workflow with the action's inputs. Answers what actionlint said, empty where nothing is wrong.
 */
export async function checkWorkflows(root: string): Promise<string> {
  const actionlint = await toolPath("actionlint");
  const dir = mkdtempSync(join(tmpdir(), "proofload-workflows-"));
  try {
    layOut(root, dir);
    // The programs that actionlint would call where they are: left out, so that every machine says the same.
    const result = await $({ cwd: dir, nothrow: true, quiet: true })`${actionlint} -no-color -shellcheck= -pyflakes=`;
    return result.exitCode === 0 ? "" : result.stdall;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A repository of its own with all that is to be linted; actionlint finds a project by its .git. */
function layOut(root: string, dir: string): void {
  mkdirSync(join(dir, ".git"));
  mkdirSync(join(dir, WORKFLOWS), { recursive: true });
  cpSync(join(root, ".github"), join(dir, ".github"), { recursive: true });
  for (const name of namesIn(join(root, TEMPLATES))) {
    cpSync(join(root, TEMPLATES, name), join(dir, WORKFLOWS, `init-${name.replace(/\.tmpl$/u, "")}`));
  }
  for (const name of namesIn(join(root, ACTIONS))) {
    const action = parse(readFileSync(join(root, ACTIONS, name, "action.yml"), "utf8")) as CompositeAction;
    if (action.runs.using !== "composite") continue;
    writeFileSync(join(dir, WORKFLOWS, `action-${name}.yml`), stringify(workflowOf(name, action)));
  }
}

function workflowOf(name: string, { inputs = {}, runs }: CompositeAction): object {
  const called = Object.entries(inputs).map(([input, { required = false }]) => [input, { type: "string", required }]);
  return {
    name: `the steps of the action ${name}`,
    on: { workflow_call: { inputs: Object.fromEntries(called) as object } },
    jobs: { action: { "runs-on": "ubuntu-latest", steps: runs.steps ?? [] } },
  };
}

function namesIn(dir: string): readonly string[] {
  return existsSync(dir) ? readdirSync(dir) : [];
}
