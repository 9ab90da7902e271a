import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import type { Env } from "../../lib/env.ts";
import { clearGateFolder } from "./gate-folder.ts";

/**
 * Clears the folder that a gate's command line names where it could not even be read (an unknown option, one that is missing): an old
 * verdict there must not be taken for this one's. The folder of a run is left as it is.
 */
export function clearAfterMistake({ argv, cwd }: Pick<Env, "argv" | "cwd">): void {
  const named = argv.flatMap((word, index) => {
    if (word === "--out") return argv[index + 1] ?? [];
    return word.startsWith("--out=") ? word.slice("--out=".length) : [];
  });
  for (const dir of named.map((one) => resolve(cwd, one))) {
    if (existsSync(dir) && !existsSync(join(dir, "plan.json"))) clearGateFolder(dir);
  }
}
