import { resolve } from "node:path";

import type { Env } from "../env.ts";
import { isExecutableFile } from "./find-on-path.ts";
import type { LookOptions } from "./look.ts";
import { SourceFailure } from "./source-failure.ts";
import { requireFit, stateVersion } from "./state-version.ts";
import { toolAt } from "./tool-at.ts";
import type { Tool } from "./tool.ts";
import { formatRange } from "./version-range.ts";

/** The program that the tool's own variable names; undefined where it is not set, a {@link SourceFailure} where it is wrong. */
export async function lookExplicit(env: Env, { entry, memory, signal }: LookOptions): Promise<Tool | undefined> {
  const { binary } = entry;
  const given = env.vars[binary.variable];
  if (given === undefined || given === "") return undefined;
  const path = resolve(env.cwd, given);
  try {
    if (!(await isExecutableFile(path))) throw new SourceFailure(`${path} is no executable file`);
    const stated = await stateVersion(env, { binary, path, memory, signal, owner: "found" });
    requireFit(binary, path, stated);
    return toolAt(binary, path, stated, { kind: "explicit", detail: binary.variable });
  } catch (error) {
    if (!(error instanceof SourceFailure)) throw error;
    throw new SourceFailure(error.message, {
      cure: `Set ${binary.variable} to a ${binary.program} ${formatRange(binary.fits)}, or unset it to let proofload find or fetch one.`,
      cause: error,
    });
  }
}
