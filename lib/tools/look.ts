import type { Env } from "../env.ts";
import type { CatalogEntry } from "./catalog/index.ts";
import { cacheDirs } from "./cache-dir.ts";
import { lookCache } from "./look-cache.ts";
import { lookExplicit } from "./look-explicit.ts";
import { lookPath } from "./look-path.ts";
import { SourceFailure } from "./source-failure.ts";
import type { Tool, ToolFailure, ToolLook, ToolSource } from "./tool.ts";
import type { VersionMemory } from "./version-memory.ts";
import { formatRange } from "./version-range.ts";

export interface LookOptions {
  readonly entry: CatalogEntry;
  readonly memory: VersionMemory;
  readonly signal: AbortSignal;
}

/** Looks for one tool where it may be already: its variable, PATH, the cache. A variable that is wrong ends the search. */
export async function lookForTool(env: Env, options: LookOptions): Promise<ToolLook> {
  const { binary } = options.entry;
  const failures: ToolFailure[] = [];
  const attempt = async (source: ToolSource, look: () => Promise<Tool | undefined>): Promise<Tool | undefined> => {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error;
      failures.push({ source, reason: error.message, ...(error.cure === undefined ? {} : { cure: error.cure }) });
      return undefined;
    }
  };
  const explicit = await attempt({ kind: "explicit", detail: binary.variable }, () => lookExplicit(env, options));
  if (explicit !== undefined) return { kind: "found", tool: explicit };
  if (failures.length > 0) return { kind: "missing", name: binary.tool, failures };
  const tool =
    (await attempt({ kind: "path", detail: `${binary.program} ${formatRange(binary.fits)}` }, () =>
      lookPath(env, options),
    )) ?? (await attempt({ kind: "cache", detail: cacheDirs(env)[0] }, () => lookCache(env, options)));
  return tool === undefined ? { kind: "missing", name: binary.tool, failures } : { kind: "found", tool };
}
