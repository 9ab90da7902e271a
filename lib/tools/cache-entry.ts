import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import type { Env } from "../env.ts";
import type { ToolPackage } from "./tool-package.ts";
import { newestFirst } from "./version-range.ts";

const FILE = "entry.json";

const entrySchema = z.object({
  version: z.string(),
  /** Each tool in the folder with its version. */
  tools: z.record(z.string(), z.string()),
  from: z.object({ kind: z.enum(["release", "go", "deb"]), detail: z.string() }),
});

/** A folder in the cache: what a fetch left, complete, because it was renamed into place. */
export type CacheEntry = z.infer<typeof entrySchema>;

export interface StoredEntry {
  readonly dir: string;
  readonly entry: CacheEntry;
}

/** The folder that a package's version has in the cache, by machine: a home folder may be shared. */
export function entryDir(env: Env, cacheDir: string, pkg: ToolPackage, version: string): string {
  return join(cacheDir, `${pkg.name}-${version.replaceAll(/[^\w.+-]/gu, "_")}${machineSuffix(env)}`);
}

/** The entries of a package for this machine: the pinned version first, then the newest. */
export async function listEntries(env: Env, cacheDir: string, pkg: ToolPackage): Promise<readonly StoredEntry[]> {
  const names = await readdir(cacheDir).catch(() => []);
  const wanted = names.filter((name) => name.startsWith(`${pkg.name}-`) && name.endsWith(machineSuffix(env)));
  const read = await Promise.all(wanted.map((name) => readEntry(join(cacheDir, name))));
  return read
    .filter((stored) => stored !== undefined)
    .sort((a, b) => {
      const pinned = Number(b.entry.version === pkg.version) - Number(a.entry.version === pkg.version);
      return pinned || newestFirst(a.entry.version, b.entry.version);
    });
}

/** Writes what the folder holds into it. */
export async function writeEntry(dir: string, entry: CacheEntry): Promise<void> {
  await writeFile(join(dir, FILE), `${JSON.stringify(entry, null, 2)}\n`);
}

async function readEntry(dir: string): Promise<StoredEntry | undefined> {
  try {
    return { dir, entry: entrySchema.parse(JSON.parse(await readFile(join(dir, FILE), "utf8"))) };
  } catch {
    return undefined;
  }
}

function machineSuffix(env: Env): string {
  return `-${env.platform}-${env.arch}`;
}
