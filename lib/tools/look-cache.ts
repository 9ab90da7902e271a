import { join } from "node:path";

import type { Env } from "../env.ts";
import { cacheDirs } from "./cache-dir.ts";
import { listEntries } from "./cache-entry.ts";
import type { LookOptions } from "./look.ts";
import { SourceFailure } from "./source-failure.ts";
import { stateVersion } from "./state-version.ts";
import type { Tool } from "./tool.ts";
import { fitsRange, formatRange } from "./version-range.ts";

/** The tool from the cache, if it runs and fits; else a {@link SourceFailure}. Its version is what was fetched, whatever the build calls itself. */
export async function lookCache(env: Env, { entry, memory, signal }: LookOptions): Promise<Tool> {
  const { pkg, binary } = entry;
  const dirs = cacheDirs(env);
  const stored = (await Promise.all(dirs.map((dir) => listEntries(env, dir, pkg)))).flat();
  const refusals: string[] = [];
  for (const { dir, entry: kept } of stored) {
    const version = kept.tools[binary.tool];
    if (version === undefined) continue;
    const path = join(dir, binary.program);
    try {
      if (!fitsRange(version, binary.fits)) {
        throw new SourceFailure(`${path} is ${version}, needed is ${formatRange(binary.fits)}`);
      }
      await stateVersion(env, { binary, path, memory, signal, owner: "fetched" });
      return {
        name: binary.tool,
        path,
        version,
        from: { kind: "cache", detail: `${kept.from.kind} ${kept.from.detail}` },
      };
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error;
      refusals.push(error.message);
    }
  }
  throw new SourceFailure(refusals.length > 0 ? refusals.join("; ") : `no ${binary.program} in ${dirs.join(" or ")}`);
}
