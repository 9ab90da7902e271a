import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";

import { parse, stringify } from "yaml";

import { makeFolder } from "../../lib/make-folder.ts";
import { importChaosToolkit } from "../../chaos/import-chaos-toolkit.ts";
import type { Env } from "../../lib/env.ts";
import { messageOf, usageError } from "../../lib/errors.ts";
import type { ExitCode } from "../../lib/exit-codes.ts";
import { writeAtomic } from "../../lib/write-atomic.ts";
import { fromHere } from "../text/verdict-text.ts";

/** `proofload chaos import FILE`: makes an experiment of a Chaos Toolkit experiment, where its meaning survives. */
export async function chaosImportVerb(
  env: Env,
  file: string,
  args: { readonly name?: string; readonly force?: true },
): Promise<ExitCode> {
  const name = args.name ?? slug(basename(file, extname(file)));
  const out = join(env.cwd, "chaos", "experiments", `${name}.yaml`);
  if (existsSync(out) && args.force !== true) {
    throw usageError("exists", `${fromHere(env.cwd, out)} is there already`, "Another --name, or --force.");
  }
  const content = importChaosToolkit(read(resolve(env.cwd, file)), name);
  makeFolder(dirname(out));
  await writeAtomic(out, stringify(content));
  env.stdout.write(`${fromHere(env.cwd, out)}: look at it, then: proofload chaos plan ${name}\n`);
  return 0;
}

/** JSON is YAML, too. */
function read(file: string): unknown {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw usageError("bad-import", `${file} can't be read: ${messageOf(error)}`);
  }
}

function slug(text: string): string {
  return (
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^[^a-z]+|-+$/g, "") || "imported"
  );
}
