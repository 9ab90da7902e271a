import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { findOnPath } from "../find-on-path.ts";
import { isPlainFile } from "../is-plain-file.ts";
import { runInGroup } from "../run-in-group.ts";
import type { Source } from "../source.ts";
import { SourceFailure } from "../source-failure.ts";

const LISTS_TIMEOUT_MS = 2 * 60_000;
const PACKAGE_TIMEOUT_MS = 5 * 60_000;

/** Unpacks the distribution's own package, without root and without installing it; apt checks its signature. */
export const debSource: Source = {
  kind: "deb",
  describe: (_, pkg) => pkg.deb?.name,
  fetch: async (env, pkg, { tempDir, stageDir, signal, onStep }) => {
    const [[aptGet], [dpkg]] = await Promise.all([findOnPath(env, "apt-get"), findOnPath(env, "dpkg")]);
    if (aptGet === undefined || dpkg === undefined || pkg.deb === undefined) {
      throw new SourceFailure("no apt-get and dpkg on PATH: this is no Debian or Ubuntu");
    }
    const { name, folder } = pkg.deb;
    const config = await prepareApt(tempDir);
    const unpacked = join(tempDir, "unpacked");
    const run = (what: string, timeoutMs: number, argv: readonly [string, ...string[]]): Promise<void> => {
      onStep({ kind: "working", what, elapsedMs: 0 });
      return runInGroup(env, {
        argv,
        cwd: tempDir,
        vars: { ...env.vars, LC_ALL: "C" },
        timeoutMs,
        signal,
        onTick: (elapsedMs) => onStep({ kind: "working", what, elapsedMs }),
      });
    };
    await run("reading the package lists", LISTS_TIMEOUT_MS, [aptGet, "-c", config, "update"]);
    await run(`downloading ${name}`, PACKAGE_TIMEOUT_MS, [aptGet, "-c", config, "download", name]);
    const file = (await readdir(tempDir)).find((entry) => entry.endsWith(".deb"));
    if (file === undefined) throw new SourceFailure(`apt-get left no package file of ${name}`);
    await run(`unpacking ${name}`, PACKAGE_TIMEOUT_MS, [dpkg, "-x", join(tempDir, file), unpacked]);
    for (const { program } of pkg.binaries) {
      const path = join(unpacked, folder, program);
      if (!(await isPlainFile(path))) throw new SourceFailure(`there is no ${folder}/${program} in ${file}`);
      await rename(path, join(stageDir, program));
    }
    return { version: undefined };
  },
};

/** Makes apt's folders and the configuration file that points apt at them; tells the file's path. */
async function prepareApt(tempDir: string): Promise<string> {
  const lists = join(tempDir, "lists");
  const cache = join(tempDir, "cache");
  await mkdir(join(lists, "partial"), { recursive: true });
  await mkdir(join(cache, "archives", "partial"), { recursive: true });
  const path = join(tempDir, "apt.conf");
  await writeFile(path, aptConfig(lists, cache));
  return path;
}

/** What apt is told beyond the machine's own configuration: folders of its own, nothing but package lists, no hooks, short tries. */
export function aptConfig(lists: string, cache: string): string {
  return [
    "#clear APT::Update::Pre-Invoke;",
    "#clear APT::Update::Post-Invoke;",
    "#clear APT::Update::Post-Invoke-Success;",
    "#clear Acquire::IndexTargets::deb-src;",
    `Dir::State::lists ${JSON.stringify(`${lists}/`)};`,
    `Dir::Cache ${JSON.stringify(`${cache}/`)};`,
    // The folders are this user's; apt's own user could not write to them.
    'APT::Sandbox::User "root";',
    'APT::Get::AllowUnauthenticated "false";',
    'Acquire::Languages "none";',
    'Acquire::Retries "1";',
    'Acquire::http::Timeout "10";',
    'Acquire::https::Timeout "10";',
    "",
  ].join("\n");
}
