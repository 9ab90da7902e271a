import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { makeFolder } from "../../lib/make-folder.ts";
import { systemCodeOf } from "../../lib/errors.ts";
import type { ProjectFile } from "./project-files.ts";

export interface Written {
  readonly path: string;
  readonly what: "written" | "kept" | "overwritten" | "added to";
}

/** Never overwritten: these are rarely proofload's alone. */
const NEVER_FORCED = ["package.json"];

/** Writes files into `dir`; one that is there is kept unless `force` is set. */
export function writeFiles(dir: string, files: readonly ProjectFile[], force: boolean): readonly Written[] {
  return files.map(({ path, text }) => {
    const file = join(dir, path);
    makeFolder(dirname(file));
    try {
      writeFileSync(file, text, { flag: "wx" });
      return { path, what: "written" };
    } catch (error) {
      if (systemCodeOf(error) !== "EEXIST") throw error;
    }
    if (!force || NEVER_FORCED.includes(path)) return { path, what: "kept" };
    writeFileSync(file, text);
    return { path, what: "overwritten" };
  });
}

/** Sees to it that git ignores what runs write. */
export function ignoreRuns(dir: string): Written {
  const path = ".gitignore";
  const file = join(dir, path);
  if (!existsSync(file)) {
    writeFileSync(file, "node_modules/\n.proofload/\n");
    return { path, what: "written" };
  }
  const text = readFileSync(file, "utf8");
  if (/^\/?\.proofload\/?\s*$/m.test(text)) return { path, what: "kept" };
  writeFileSync(file, `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}.proofload/\n`);
  return { path, what: "added to" };
}
