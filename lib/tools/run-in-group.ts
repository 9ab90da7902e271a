import type { Readable } from "node:stream";

import type { Child, Env, Exit } from "../env.ts";
import { messageOf } from "../errors.ts";
import { SourceFailure } from "./source-failure.ts";

const TICK_MS = 1_000;
const KEPT_CHARACTERS = 8_000;
const SHOWN_LINES = 4;

export interface GroupOptions {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment of the program. */
  readonly vars: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Called about each second. */
  readonly onTick: (elapsedMs: number) => void;
}

/** Runs a program that takes its time, and ends it with all it started when it is aborted or too slow; throws {@link SourceFailure} when it fails. */
export async function runInGroup(env: Env, options: GroupOptions): Promise<void> {
  options.signal.throwIfAborted();
  const name = options.argv.slice(0, 3).join(" ");
  const child = await env
    .spawn({
      argv: options.argv,
      cwd: options.cwd,
      vars: options.vars,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    })
    .catch((error: unknown) => {
      throw new SourceFailure(`\`${name}\` does not start: ${messageOf(error)}`, { cause: error });
    });
  const output = [collectTail(child.stdout), collectTail(child.stderr)];
  const done = new AbortController();
  const kill = (): void => killGroup(env, child);
  options.signal.addEventListener("abort", kill, { once: true });
  if (options.signal.aborted) kill();
  const deadline = watchDeadline(env, options, done.signal, kill);
  const exit = await child.exited;
  const [stdout = "", stderr = ""] = await Promise.all(output);
  done.abort();
  options.signal.removeEventListener("abort", kill);
  options.signal.throwIfAborted();
  if ((await deadline) === "passed")
    throw new SourceFailure(`\`${name}\` took longer than ${options.timeoutMs / 1000} s`);
  if (exit.kind === "exited" && exit.code === 0) return;
  throw new SourceFailure(
    `\`${name}\` ${endingOf(exit)}: ${lastLines(stderr) || lastLines(stdout) || "it said nothing"}`,
  );
}

/** Calls `kill` when the time is up; tells whether it was. */
async function watchDeadline(
  env: Env,
  options: GroupOptions,
  done: AbortSignal,
  kill: () => void,
): Promise<"passed" | "kept"> {
  const startedMs = env.clock.monotonicMs();
  try {
    for (;;) {
      await env.clock.sleep(TICK_MS, done);
      const elapsedMs = Math.round(env.clock.monotonicMs() - startedMs);
      if (elapsedMs < options.timeoutMs) {
        options.onTick(elapsedMs);
        continue;
      }
      kill();
      return "passed";
    }
  } catch {
    return "kept";
  }
}

function killGroup(env: Env, child: Child): void {
  try {
    env.kill(-child.pid, "SIGKILL");
  } catch {
    // macOS answers EPERM for a group that is all zombies.
  }
}

async function collectTail(stream: Readable | null): Promise<string> {
  let tail = "";
  if (stream === null) return tail;
  try {
    for await (const piece of stream.setEncoding("utf8")) tail = `${tail}${String(piece)}`.slice(-KEPT_CHARACTERS);
  } catch {
    // The pipe broke: what was read is what there is.
  }
  return tail;
}

function endingOf(exit: Exit): string {
  return exit.kind === "exited" ? `ended with code ${exit.code}` : `was ended by ${exit.signal}`;
}

function lastLines(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(-SHOWN_LINES).join(" | ");
}
