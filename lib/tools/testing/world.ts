import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";

import type { Clock, Env } from "../../env.ts";
import { createNodeEnv } from "../../node-env.ts";

const REAL = createNodeEnv();

/** A machine of a test's own: an empty home, an empty PATH folder, a cache; linux on x64 unless told otherwise. */
export interface World extends AsyncDisposable {
  readonly env: Env;
  readonly root: string;
  readonly binDir: string;
  readonly cacheDir: string;
  /** The same machine with other variables or parts. */
  with(parts: Partial<Omit<Env, "vars">> & { readonly vars?: Env["vars"] }): Env;
}

/** Makes a world; `releasesUrl` is where releases are looked for, a closed port unless given. */
export async function createWorld(releasesUrl = "http://127.0.0.1:2"): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), "proofload-tools-"));
  const binDir = join(root, "bin");
  const cacheDir = join(root, "cache");
  await mkdir(binDir);
  const env: Env = {
    ...REAL,
    vars: { PATH: binDir, PROOFLOAD_CACHE_DIR: cacheDir, PROOFLOAD_RELEASES_URL: releasesUrl },
    homeDir: join(root, "home"),
    cwd: root,
    platform: "linux",
    arch: "x64",
  };
  return {
    env,
    root,
    binDir,
    cacheDir,
    with: ({ vars, ...parts }) => ({ ...env, ...parts, vars: { ...env.vars, ...vars } }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** A clock on which waiting takes a part of the time it says. */
export function fastClock(clock: Clock, factor: number): Clock {
  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs() * factor,
    sleep: (ms, signal) => clock.sleep(ms / factor, signal),
  };
}

/** A clock on which waiting takes no time at all, but counts, `factor` times over. */
export function virtualClock(factor = 1): Clock {
  let nowMs = 0;
  return {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: async (ms, signal) => {
      await setImmediate();
      signal?.throwIfAborted();
      nowMs += ms * factor;
    },
  };
}

/** The text of a program that says its version, and no more. */
export function programText(output: string): string {
  return `#!/bin/sh\necho "${output}"\n`;
}

/** Writes an executable shell script. */
export async function writeProgram(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, 0o755);
  return path;
}
