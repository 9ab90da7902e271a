import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";

import { parse } from "yaml";

import { ROOT } from "./cli.ts";
import type { GithubJob } from "./github-job.ts";
import { TOKEN } from "./github.ts";

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly shell?: string;
  readonly "working-directory"?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

/** How a composite action went, as GitHub's runner would have seen it. */
export interface PlayedAction {
  readonly conclusion: "success" | "failure";
  readonly outputs: Readonly<Record<string, string>>;
  readonly stdout: string;
  /** What each `uses` step was given, by the action's name. */
  readonly used: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Where upload-artifact's files are; null where nothing was uploaded. */
  readonly artifact: string | null;
}

/** A checkout of this repository as GitHub's runner makes it for an action: in a folder of its own. The dependencies are shared, which saves an npm ci. */
export function checkOutAction(): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), "proofload-action-"));
  const folders = "cli chaos gates lib reports sample scenarios schemas scripts .github";
  const files = "package.json package-lock.json proofload.yaml tsconfig.json tsconfig.base.json";
  for (const part of `${folders} ${files}`.split(" ")) cpSync(join(ROOT, part), join(dir, part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(dir, "node_modules"));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/**
 * Plays the steps of .github/actions/proofload of a checkout: `run` steps by bash as they stand, `uses` steps (which need GitHub) by what they leave behind. Knows as much of
 * GitHub's expressions as the action uses, and throws for anything else.
 */
export async function playAction(
  checkout: string,
  job: GithubJob,
  given: Readonly<Record<string, string>>,
  options: { readonly vars?: Readonly<Record<string, string>>; readonly cancelDuring?: string } = {},
): Promise<PlayedAction> {
  const actionDir = join(checkout, ".github", "actions", "proofload");
  const action = parse(readFileSync(join(actionDir, "action.yml"), "utf8")) as Action;
  const unknown = Object.keys(given).find((name) => !(name in action.inputs));
  if (unknown !== undefined) throw new Error(`the action has no input '${unknown}'`);
  const context = {
    inputs: {} as Record<string, string>,
    steps: {} as Record<string, { outputs: Record<string, string>; outcome: string }>,
    runner: { os: "Linux", arch: "X64" },
    github: { token: job.vars["GITHUB_TOKEN"] ?? "" },
    failed: false,
  };
  const text = (value: unknown): string =>
    String(value).replaceAll(/\$\{\{(.*?)\}\}/g, (_, expression: string) => String(evaluate(expression, context)));
  for (const [name, input] of Object.entries(action.inputs)) context.inputs[name] = given[name] ?? text(input.default);

  let stdout = "";
  const used: Record<string, Record<string, string>> = {};
  let artifact: string | null = null;
  for (const [index, step] of action.runs.steps.entries()) {
    const always = step.if?.includes("always()") ?? false;
    if (context.failed && !always) continue;
    if (step.if !== undefined && !evaluate(step.if, context)) continue;
    const values = Object.fromEntries(Object.entries(step.with ?? {}).map(([name, value]) => [name, text(value)]));
    let outcome = "success";
    let outputs: Record<string, string> = {};
    if (step.uses !== undefined) {
      const [, name = ""] = /^([\w./-]+)@[0-9a-f]{40}$/.exec(step.uses) ?? [];
      if (name === "") throw new Error(`${step.uses} is not pinned by its SHA`);
      used[name] = values;
      if (name === "actions/upload-artifact") {
        const from = join(job.workspace, values["path"] ?? "");
        if (existsSync(from)) {
          artifact = join(job.dir, "artifact");
          cpSync(from, artifact, { recursive: true });
        }
      }
    } else {
      const outputFile = join(job.dir, `output-${index}`);
      writeFileSync(outputFile, "");
      const cwd = join(job.workspace, text(step["working-directory"] ?? "."));
      mkdirSync(cwd, { recursive: true });
      const script = join(job.dir, `step-${index}.sh`);
      writeFileSync(script, text(step.run));
      const child = spawn("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", script], {
        cwd,
        env: {
          PATH: process.env["PATH"],
          HOME: process.env["HOME"],
          ...job.vars,
          GITHUB_TOKEN: undefined,
          GITHUB_OUTPUT: outputFile,
          GITHUB_ACTION_PATH: actionDir,
          ...options.vars,
          ...Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, text(value)])),
        },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      if (options.cancelDuring !== undefined && step.id === options.cancelDuring) {
        const { pid } = child;
        // As GitHub cancels: an interrupt for everything that the step started.
        setTimeout(() => pid !== undefined && process.kill(-pid, "SIGINT"), 8_000);
      }
      child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
      const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
      outcome = code === 0 ? "success" : "failure";
      outputs = readOutputs(outputFile);
    }
    if (step.id !== undefined) context.steps[step.id] = { outputs, outcome };
    context.failed ||= outcome === "failure";
  }
  if (stdout.includes(TOKEN)) throw new Error("the token is in the log");
  return {
    conclusion: context.failed ? "failure" : "success",
    outputs: Object.fromEntries(Object.entries(action.outputs).map(([name, { value }]) => [name, text(value)])),
    stdout,
    used,
    artifact,
  };
}

function readOutputs(file: string): Record<string, string> {
  return Object.fromEntries(
    readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line.includes("="))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

interface Context {
  readonly inputs: Readonly<Record<string, string>>;
  readonly steps: Readonly<
    Record<string, { readonly outputs: Readonly<Record<string, string>>; readonly outcome: string }>
  >;
  readonly runner: object;
  readonly github: object;
}

/** `a.b-c`, `'text'`, ==, !=, && and || mean the same as in JavaScript, once names are looked up. */
function evaluate(expression: string, context: Context): unknown {
  const names = /'[^']*'|\balways\(\)|[a-z][\w-]*(?:\.[\w-]+)+/g;
  const script = expression.replaceAll(names, (word) => {
    if (word.startsWith("'")) return JSON.stringify(word.slice(1, -1));
    if (word === "always()") return "true";
    return JSON.stringify(look(context, word.split("."))) ?? '""';
  });
  return runInNewContext(script, Object.create(null) as object, { timeout: 1_000 });
}

function look(from: unknown, path: readonly string[]): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return from;
  if (typeof from !== "object" || from === null) return "";
  return look((from as Record<string, unknown>)[first] ?? "", rest);
}
