import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";

import type { Child, Env, Exit } from "../env.ts";
import { inTime } from "../deadline.ts";
import { messageOf, ProofloadError } from "../errors.ts";
import { waitUntilReady } from "../http.ts";
import { RUN_MARK } from "./marked.ts";

/** The variables of our own environment that the programs of a run may see; no secret is among them. */
export function passedOn(vars: Env["vars"]): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(PASSED_ON.map((name) => [name, vars[name]]));
}

export interface ProgramSpec {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** Added to the few variables that every program gets (PATH, HOME, …). */
  readonly vars?: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Answers 2xx when the program can be used; null when there is nothing to wait for. */
  readonly readyUrl: string | null;
  readonly readyTimeoutMs: number;
}

/** A program of a run; `stop` is idempotent. */
export interface Program {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<Exit>;
  exit(): Exit | null;
  /** SIGTERM (or `signal`) to its process group, SIGKILL after `graceMs`. */
  stop(options: { readonly graceMs: number; readonly signal?: "SIGINT" | "SIGTERM" }): Promise<void>;
}

const KILL_TAKES_MS = 5000;

const PASSED_ON = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER"];

/** Starts a program that writes to a log file and carries the run's mark. */
export async function startProgram(env: Env, runId: string, spec: ProgramSpec): Promise<Program> {
  const log = openSync(spec.logFile, "a");
  try {
    const child = await env.spawn({
      argv: spec.argv,
      cwd: spec.cwd,
      vars: {
        ...passedOn(env.vars),
        ...spec.vars,
        [RUN_MARK]: runId,
      },
      stdin: "ignore",
      stdout: log,
      stderr: log,
    });
    return programOf(env, spec.name, child);
  } catch (error) {
    throw new ProofloadError({
      code: "program-not-started",
      message: `${spec.name} could not be started (${spec.argv[0]}): ${messageOf(error)}`,
      hint: "Check the command in proofload.yaml.",
      cause: error,
      exitCode: 4,
    });
  } finally {
    closeSync(log);
  }
}

/** Waits until the program answers on its ready URL; an early end or a passed deadline is an error that quotes the log. */
export async function waitForProgram(
  env: Env,
  program: Program,
  spec: ProgramSpec,
  signal: AbortSignal,
): Promise<void> {
  if (spec.readyUrl === null) return;
  const ready = await waitUntilReady(env, spec.readyUrl, {
    timeoutMs: spec.readyTimeoutMs,
    signal,
    giveUp: () => program.exit() !== null,
  });
  if (ready && program.exit() === null) return;
  const exit = program.exit();
  const what =
    exit === null
      ? `did not answer on ${spec.readyUrl} within ${spec.readyTimeoutMs / 1000} s`
      : `ended at once (${exitText(exit)})`;
  throw new ProofloadError({
    code: "program-not-ready",
    message: `${spec.name} ${what}`,
    hint: `Its log is ${spec.logFile}`,
    logTail: await tailOf(spec.logFile),
    exitCode: 4,
  });
}

/** `exit code 1` or `signal SIGKILL`. */
export function exitText(exit: Exit): string {
  return exit.kind === "exited" ? `exit code ${exit.code}` : `signal ${exit.signal}`;
}

/** The last lines of a log, each behind a bar: none of them is taken for a command to GitHub's runner. Empty where there is no log. */
export async function tailOf(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch(() => "");
  if (text.trim() === "") return "";
  const lines = text
    .trimEnd()
    .split(/\r\n|\r|\n/)
    .slice(-5);
  return lines.map((line) => `  | ${line.slice(0, 300)}`).join("\n");
}

function programOf(env: Env, name: string, child: Child): Program {
  return {
    name,
    pid: child.pid,
    exited: child.exited,
    exit: () => child.exit(),
    stop: async ({ graceMs, signal = "SIGTERM" }) => {
      if (child.exit() !== null) return;
      // The group's id is the child's pid: it leads its own session. It is ours as long as the child was not reaped.
      env.kill(-child.pid, signal);
      if (await inTime(env.clock, child.exited, graceMs)) return;
      env.kill(-child.pid, "SIGKILL");
      await inTime(env.clock, child.exited, KILL_TAKES_MS);
    },
  };
}
