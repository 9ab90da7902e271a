import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Env } from "../lib/env.ts";

/** The version of this proofload, from its package.json. */
export function packageVersion(env: Pick<Env, "packageDir">): string {
  const { version } = JSON.parse(readFileSync(join(env.packageDir, "package.json"), "utf8")) as { version: string };
  return version;
}
