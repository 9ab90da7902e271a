import { mkdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { z } from "zod";

import type { Env } from "../env.ts";
import { cacheDirs } from "./cache-dir.ts";
import type { StatedVersion } from "./tool-package.ts";
import { writeAtomic } from "../write-atomic.ts";

const rememberedSchema = z.object({
  sizeBytes: z.number(),
  modifiedMs: z.number(),
  /** Null: the program runs, its build carries no version. */
  version: z.string().nullable(),
});
const memorySchema = z.record(z.string(), rememberedSchema);

type Remembered = z.infer<typeof rememberedSchema>;

/** What programs said of their version the last time they were asked, so that a warm start asks none of them again. */
export interface VersionMemory {
  /** The version that was stated by the very file that is there now. */
  recall(path: string): Promise<StatedVersion | undefined>;
  /** Keeps it; of a `found` program only where it can be no version manager's shim, which stays as it is when the version behind it changes. */
  remember(path: string, stated: StatedVersion, owner: "fetched" | "found"): Promise<void>;
  /** Writes what is new; a memory that cannot be kept is no error. */
  save(): Promise<void>;
}

/** Reads the memory beside the cache. */
export async function openVersionMemory(env: Env): Promise<VersionMemory> {
  const [path, fallback] = cacheDirs(env).map((dir) => join(dir, "versions.json")) as [string, string];
  const known = new Map(Object.entries({ ...(await readMemory(fallback)), ...(await readMemory(path)) }));
  const fresh = new Map<string, Remembered>();
  return {
    recall: async (program) => {
      const entry = known.get(program);
      if (entry === undefined) return undefined;
      const file = await stateOf(program);
      if (entry.sizeBytes !== file?.sizeBytes || entry.modifiedMs !== file.modifiedMs) return undefined;
      return entry.version === null ? { kind: "unstamped" } : { kind: "stamped", version: entry.version };
    },
    remember: async (program, stated, owner) => {
      const file = await stateOf(program);
      if (file === undefined || (owner === "found" && (await mayBeShim(program, file.sizeBytes)))) return;
      const entry = { ...file, version: stated.kind === "stamped" ? stated.version : null };
      known.set(program, entry);
      fresh.set(program, entry);
    },
    save: async () => {
      if (fresh.size === 0) return;
      // Not there: the next start asks the programs again.
      await saveTo(path, fresh).catch(() => saveTo(fallback, fresh).catch(() => undefined));
    },
  };
}

async function saveTo(path: string, fresh: ReadonlyMap<string, Remembered>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  // Read again: another process may have written since. What is lost to a race is asked again, no more.
  const merged = { ...(await readMemory(path)), ...Object.fromEntries(fresh) };
  await writeAtomic(path, `${JSON.stringify(merged, null, 2)}\n`);
}

async function readMemory(path: string): Promise<Readonly<Record<string, Remembered>>> {
  try {
    return memorySchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return {};
  }
}

async function stateOf(path: string): Promise<Omit<Remembered, "version"> | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { sizeBytes: size, modifiedMs: mtimeMs };
  } catch {
    return undefined;
  }
}

/** Shims are small scripts, or links to the manager itself. */
async function mayBeShim(path: string, sizeBytes: number): Promise<boolean> {
  return sizeBytes < 1024 * 1024 || basename(await realpath(path)) !== basename(path);
}
