import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";
import { parse } from "yaml";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly uses?: string;
  readonly steps?: readonly Step[];
  readonly "timeout-minutes"?: number | string;
}
interface Workflow {
  readonly on: string | readonly string[] | Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const inFolder = (folder: string): readonly string[] =>
  readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
const read = (file: string): string => readFileSync(join(root, file), "utf8");

const WORKFLOWS = [...inFolder(".github/workflows"), ...inFolder("cli/init/templates/github")];
const ACTIONS = existsSync(join(root, ".github/actions"))
  ? inFolder(".github/actions").map((folder) => `${folder}/action.yml`)
  : [];
const workflowOf = (file: string): Workflow => parse(read(file)) as Workflow;

function stepsOf(file: string): readonly Step[] {
  if (ACTIONS.includes(file)) return (parse(read(file)) as { runs: { steps: readonly Step[] } }).runs.steps;
  return Object.values(workflowOf(file).jobs).flatMap(({ steps = [] }) => steps);
}

test.each([...WORKFLOWS, ...ACTIONS])("every action in %s is pinned by a SHA with its version, or is ours", (file) => {
  const uses = [...read(file).matchAll(/^\s*(?:- )?uses:\s*(.+)$/gmu)].map(([, what = ""]) => what);
  expect(uses.filter((what) => !/^(?:\.\/\S+|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/u.test(what))).toEqual([]);
  // As many as the parser sees: none is written in another way.
  const jobs = ACTIONS.includes(file) ? [] : Object.values(workflowOf(file).jobs);
  expect(uses).toHaveLength([...stepsOf(file), ...jobs].filter(({ uses }) => uses !== undefined).length);
});

test.each([...WORKFLOWS, ...ACTIONS])("no expression becomes part of a script in %s", (file) => {
  const scripts = stepsOf(file).flatMap(({ run }) => (run === undefined ? [] : [run]));
  expect(scripts.filter((script) => script.includes("${{"))).toEqual([]);
});

test.each(WORKFLOWS)("%s has an end, the least rights and one run at a time", (file) => {
  const workflow = workflowOf(file);
  expect(workflow.permissions).toEqual({ contents: "read" });
  expect(read(file)).not.toMatch(/pull_request_target|workflow_run|write-all/u);
  const isCalled = typeof workflow.on === "object" && Object.keys(workflow.on).join() === "workflow_call";
  if (!isCalled) expect(workflow.concurrency).toBeDefined();
  for (const { uses, "timeout-minutes": minutes } of Object.values(workflow.jobs)) {
    // The job of a called workflow has its own; a called one may take it from its caller.
    if (uses === undefined) expect(String(minutes)).toMatch(/^(?:[1-9]\d*|\$\{\{ inputs\.timeout-minutes \}\})$/u);
  }
});

test.each(WORKFLOWS)("no checkout in %s leaves its token behind", (file) => {
  const checkouts = stepsOf(file).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
  for (const checkout of checkouts) expect(checkout.with?.["persist-credentials"]).toBe(false);
});

test("every action and workflow of our own is there", () => {
  const own = [...WORKFLOWS, ...ACTIONS].flatMap((file) =>
    [...read(file).matchAll(/uses: (\.\/\.github\/\S+)/gu)].map(([, path = ""]) => path),
  );
  expect(own).toContain("./.github/actions/proofload");
  expect(own.filter((path) => !existsSync(join(root, path, path.endsWith(".yml") ? "" : "action.yml")))).toEqual([]);
});

test("one action has one version everywhere", () => {
  const pins = new Set([...WORKFLOWS, ...ACTIONS].flatMap((file) => stepsOf(file).map(({ uses }) => uses ?? "")));
  const names = [...pins].filter((pin) => pin.includes("@")).map((pin) => pin.split("@")[0]);
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
});

test("only the nights open and close the issue of the nightly soak", () => {
  const [soak] = stepsOf(".github/workflows/nightly-soak.yml").filter(({ uses }) => uses?.startsWith("./"));
  expect(soak?.with?.["issue"]).toBe("${{ github.event_name == 'schedule' }}");
});
