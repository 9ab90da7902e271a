import type { Env } from "../env.ts";
import { messageOf } from "../errors.ts";
import { SourceFailure } from "./source-failure.ts";
import type { Binary, StatedVersion } from "./tool-package.ts";
import { fitsRange, formatRange } from "./version-range.ts";
import type { VersionMemory } from "./version-memory.ts";

const ANSWER_TIMEOUT_MS = 15_000;

export interface AskOptions {
  readonly binary: Binary;
  readonly path: string;
  readonly signal: AbortSignal;
}

/** The version of the program at `path`: from memory where it knows, else the program is asked; throws as {@link askVersion}. */
export async function stateVersion(
  env: Env,
  options: AskOptions & { readonly memory: VersionMemory; readonly owner: "fetched" | "found" },
): Promise<StatedVersion> {
  const { path, memory, owner } = options;
  const recalled = await memory.recall(path);
  if (recalled !== undefined) return recalled;
  const stated = await askVersion(env, options);
  await memory.remember(path, stated, owner);
  return stated;
}

/** Runs the program for its version; throws {@link SourceFailure} when it does not run or is another program. */
export async function askVersion(env: Env, { binary, path, signal }: AskOptions): Promise<StatedVersion> {
  const { code, output } = await run(env, path, binary.versionArgs, signal);
  if (code !== 0) throw new SourceFailure(`${path} ended with code ${code}: ${quote(output)}`);
  const stated = binary.parseVersion(output);
  if (stated === undefined) {
    throw new SourceFailure(
      `${path} is no ${binary.program}: \`${binary.versionArgs.join(" ")}\` said ${quote(output)}`,
    );
  }
  return stated;
}

/** Throws {@link SourceFailure} unless the version fits; a build that carries none is taken at its word. */
export function requireFit(binary: Binary, path: string, stated: StatedVersion): void {
  if (stated.kind === "unstamped" || fitsRange(stated.version, binary.fits)) return;
  throw new SourceFailure(`${path} is ${stated.version}, needed is ${formatRange(binary.fits)}`);
}

async function run(
  env: Env,
  path: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly code: number; readonly output: string }> {
  try {
    const result = await env.run({ argv: [path, ...args], vars: env.vars, timeoutMs: ANSWER_TIMEOUT_MS, signal });
    return { code: result.code, output: `${result.stdout}\n${result.stderr}` };
  } catch (error) {
    signal.throwIfAborted();
    throw new SourceFailure(`${path} does not run: ${messageOf(error)}`, { cause: error });
  }
}

function quote(output: string): string {
  const line = output.split("\n").find((text) => text.trim() !== "");
  return line === undefined ? "nothing" : `"${line.trim().slice(0, 120)}"`;
}
