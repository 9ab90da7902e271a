import { dirname } from "node:path";

import type { Env } from "../env.ts";
import { findOnPath, foldersOnPath } from "./find-on-path.ts";
import type { LookOptions } from "./look.ts";
import { SourceFailure } from "./source-failure.ts";
import { requireFit, stateVersion } from "./state-version.ts";
import { toolAt } from "./tool-at.ts";
import type { Tool } from "./tool.ts";

/** The first program on PATH that runs and whose version fits; else a {@link SourceFailure} with what was wrong with each. */
export async function lookPath(env: Env, { entry, memory, signal }: LookOptions): Promise<Tool> {
  const { binary } = entry;
  const refusals: string[] = [];
  for (const path of await findOnPath(env, binary.program)) {
    try {
      const stated = await stateVersion(env, { binary, path, memory, signal, owner: "found" });
      requireFit(binary, path, stated);
      return toolAt(binary, path, stated, { kind: "path", detail: dirname(path) });
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error;
      refusals.push(error.message);
    }
  }
  if (refusals.length > 0) throw new SourceFailure(refusals.join("; "));
  throw new SourceFailure(foldersOnPath(env).length === 0 ? "PATH is empty" : `there is no ${binary.program} on PATH`);
}
