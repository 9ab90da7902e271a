import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { isPlainFile } from "./is-plain-file.ts";
import { SourceFailure } from "./source-failure.ts";
import type { ReleaseFormat } from "./tool-package.ts";

const MAX_PROGRAM_BYTES = 512 * 1024 * 1024;

/** Takes the named programs, and nothing else, out of a release's file into `dir`; nothing in the archive chooses where a file goes. */
export async function unpack(options: {
  readonly file: string;
  readonly format: ReleaseFormat;
  readonly programs: readonly string[];
  readonly dir: string;
}): Promise<void> {
  const { file, format, programs, dir } = options;
  switch (format.kind) {
    case "binary":
      for (const program of programs) await rename(file, join(dir, program));
      break;
    case "tar.gz":
      await unpackTar(file, membersOf(format.folder, programs), dir);
      break;
    case "zip":
      await unpackZip(file, membersOf(format.folder, programs), dir);
      break;
  }
  for (const program of programs) {
    if (!(await isPlainFile(join(dir, program))))
      throw new SourceFailure(`there is no ${program} in the release's file`);
  }
}

/** The path inside the archive of each program. */
function membersOf(folder: string, programs: readonly string[]): ReadonlyMap<string, string> {
  return new Map(programs.map((program) => [folder === "" ? program : `${folder}/${program}`, program]));
}

async function unpackTar(file: string, members: ReadonlyMap<string, string>, dir: string): Promise<void> {
  // Loaded only here: a warm start unpacks nothing.
  const { extract } = await import("tar");
  await extract({
    file,
    cwd: dir,
    strict: true,
    filter: (path, entry) => members.has(withoutDot(path)) && "type" in entry && entry.type === "File",
    onReadEntry: (entry) => {
      entry.path = members.get(withoutDot(entry.path)) ?? entry.path;
    },
  });
}

async function unpackZip(file: string, members: ReadonlyMap<string, string>, dir: string): Promise<void> {
  const { unzipSync } = await import("fflate");
  const found = unzipSync(await readFile(file), {
    filter: ({ name, originalSize }) => {
      if (!members.has(name)) return false;
      if (originalSize > MAX_PROGRAM_BYTES) throw new SourceFailure(`${name} would be ${originalSize} bytes`);
      return true;
    },
  });
  for (const [path, bytes] of Object.entries(found)) {
    const program = members.get(path);
    if (program !== undefined) await writeFile(join(dir, program), bytes);
  }
}

function withoutDot(path: string): string {
  return path.startsWith("./") ? path.slice(2) : path;
}
