import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

import type { Env } from "../env.ts";
import { messageOf, ProofloadError, systemCodeOf } from "../errors.ts";
import { writableCacheDir } from "./cache-dir.ts";
import type { ToolName } from "./catalog/index.ts";
import { holdLock } from "./hold-lock.ts";
import { lookCache } from "./look-cache.ts";
import { SourceFailure } from "./source-failure.ts";
import { SOURCES } from "./sources/index.ts";
import type { ToolPackage } from "./tool-package.ts";
import type { Tool, ToolFailure, ToolProgress, ToolSource, ToolStep } from "./tool.ts";
import { removeAll, trySource } from "./try-source.ts";
import type { VersionMemory } from "./version-memory.ts";

export interface FetchOptions {
  readonly names: readonly ToolName[];
  readonly memory: VersionMemory;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ToolProgress) => void;
}

export type FetchResult =
  | { readonly kind: "fetched"; readonly tools: readonly Tool[] }
  | { readonly kind: "failed"; readonly failures: readonly ToolFailure[] };

/** Fetches a package into the cache from the first source that gives it; one process at a time, the others wait and take the result. */
export async function fetchPackage(env: Env, pkg: ToolPackage<ToolName>, options: FetchOptions): Promise<FetchResult> {
  const cacheDir = await writableCacheDir(env);
  const cache: ToolSource = { kind: "cache", detail: cacheDir };
  try {
    return await fetchAlone(env, pkg, options, cache);
  } catch (error) {
    options.signal.throwIfAborted();
    // A disk that is full or fails: no bug of ours.
    if (error instanceof ProofloadError || systemCodeOf(error) === undefined) throw error;
    return { kind: "failed", failures: [{ source: cache, reason: messageOf(error) }] };
  }
}

async function fetchAlone(
  env: Env,
  pkg: ToolPackage<ToolName>,
  options: FetchOptions,
  cache: ToolSource,
): Promise<FetchResult> {
  const { names, signal, onProgress } = options;
  const cacheDir = cache.detail;
  const tempRoot = join(cacheDir, "tmp", pkg.name);
  await mkdir(tempRoot, { recursive: true });
  await using _lock = await holdLock(env, join(cacheDir, `${pkg.name}.lock`), {
    signal,
    onWait: (elapsedMs) => onProgress({ tools: names, source: cache, step: { kind: "waiting", elapsedMs } }),
  });
  const filled = await fetchedMeanwhile(env, pkg, options);
  if (filled !== undefined) return { kind: "fetched", tools: filled };
  // What crashed fetches left: whoever holds the lock is alone here.
  for (const name of await readdir(tempRoot)) await removeAll(join(tempRoot, name));
  // Awaited here, so that the lock is held to the end and a rejection is never without a handler.
  return await trySources(env, pkg, { ...options, cacheDir, tempRoot });
}

async function trySources(
  env: Env,
  pkg: ToolPackage<ToolName>,
  options: FetchOptions & { readonly cacheDir: string; readonly tempRoot: string },
): Promise<FetchResult> {
  const failures: ToolFailure[] = [];
  for (const source of SOURCES) {
    const detail = source.describe(env, pkg);
    if (detail === undefined) continue;
    const from: ToolSource = { kind: source.kind, detail };
    const onStep = (step: ToolStep): void => options.onProgress({ tools: options.names, source: from, step });
    onStep({ kind: "trying" });
    try {
      const tools = await trySource(env, { ...options, pkg, source, from, onStep });
      onStep({ kind: "ready", version: tools[0]?.version ?? pkg.version });
      return { kind: "fetched", tools: tools.filter(({ name }) => options.names.includes(name)) };
    } catch (error) {
      options.signal.throwIfAborted();
      if (error instanceof ProofloadError) throw error;
      const reason = messageOf(error);
      const cure = error instanceof SourceFailure ? error.cure : undefined;
      failures.push({ source: from, reason, ...(cure === undefined ? {} : { cure }) });
      onStep({ kind: "failed", reason });
    }
  }
  return { kind: "failed", failures };
}

/** The tools, if another process has put them into the cache since they were looked for. */
async function fetchedMeanwhile(
  env: Env,
  pkg: ToolPackage<ToolName>,
  { names, memory, signal }: FetchOptions,
): Promise<readonly Tool[] | undefined> {
  try {
    const wanted = pkg.binaries.filter(({ tool }) => names.includes(tool));
    return await Promise.all(wanted.map((binary) => lookCache(env, { entry: { pkg, binary }, memory, signal })));
  } catch (error) {
    if (error instanceof SourceFailure) return undefined;
    throw error;
  }
}
