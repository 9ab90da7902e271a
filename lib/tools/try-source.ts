import { chmod, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import type { Env } from "../env.ts";
import { systemCodeOf } from "../errors.ts";
import { entryDir, writeEntry } from "./cache-entry.ts";
import type { ToolName } from "./catalog/index.ts";
import type { Source } from "./source.ts";
import { askVersion, requireFit } from "./state-version.ts";
import type { Binary, StatedVersion, ToolPackage } from "./tool-package.ts";
import type { Tool, ToolSource, ToolStep } from "./tool.ts";
import type { VersionMemory } from "./version-memory.ts";

export interface TryOptions {
  readonly pkg: ToolPackage<ToolName>;
  readonly source: Source;
  readonly from: ToolSource;
  readonly cacheDir: string;
  /** Where half-done work may lie; on the same file system as the cache. */
  readonly tempRoot: string;
  readonly memory: VersionMemory;
  readonly signal: AbortSignal;
  readonly onStep: (step: ToolStep) => void;
}

interface Checked {
  readonly binary: Binary<ToolName>;
  readonly stated: StatedVersion;
  readonly version: string;
}

/** Fetches a package from one source, checks that its programs run and fit, and renames them into the cache as one. */
export async function trySource(env: Env, options: TryOptions): Promise<readonly Tool[]> {
  const { pkg, source, from, cacheDir, tempRoot, memory, signal, onStep } = options;
  const tempDir = await mkdtemp(join(tempRoot, `${source.kind}-`));
  const stageDir = await mkdtemp(join(tempRoot, "stage-"));
  try {
    const digestFile = join(cacheDir, "digests", `${pkg.name}.json`);
    const fetched = await source.fetch(env, pkg, { tempDir, stageDir, digestFile, signal, onStep });
    const checked = await checkPrograms(env, options, stageDir, fetched.version);
    const version = checked[0]?.version ?? pkg.version;
    await writeEntry(stageDir, {
      version,
      tools: Object.fromEntries(checked.map(({ binary, version }) => [binary.tool, version])),
      from: { kind: source.kind, detail: from.detail },
    });
    // Other users may read what a shared cache holds.
    await chmod(stageDir, 0o755);
    const dir = entryDir(env, cacheDir, pkg, version);
    await moveInto(stageDir, dir, join(tempDir, "replaced"));
    for (const { binary, stated } of checked) await memory.remember(join(dir, binary.program), stated, "fetched");
    return checked.map(({ binary, version }) => ({
      name: binary.tool,
      path: join(dir, binary.program),
      version,
      from,
    }));
  } finally {
    await removeAll(tempDir);
    await removeAll(stageDir);
  }
}

/** Removes a folder with all it holds; what cannot be removed is swept by the next fetch. */
export async function removeAll(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

async function checkPrograms(
  env: Env,
  { pkg, signal }: TryOptions,
  dir: string,
  fetchedVersion: string | undefined,
): Promise<readonly Checked[]> {
  const checked: Checked[] = [];
  for (const binary of pkg.binaries) {
    const path = join(dir, binary.program);
    await chmod(path, 0o755);
    const stated = await askVersion(env, { binary, path, signal });
    requireFit(binary, binary.program, stated);
    const version = stated.kind === "stamped" ? stated.version : (fetchedVersion ?? pkg.version);
    checked.push({ binary, stated, version });
  }
  return checked;
}

/** Renames a finished folder to its place; what is there, found wanting before, is moved aside first. */
async function moveInto(from: string, to: string, aside: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    const code = systemCodeOf(error);
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    await rename(to, aside);
    await rename(from, to);
  }
}
