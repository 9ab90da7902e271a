import { open, readFile, rename, rm, link, stat } from "node:fs/promises";

import type { Env } from "../env.ts";
import { ProofloadError, systemCodeOf } from "../errors.ts";

const POLL_MS = 100;
const BEAT_MS = 500;
/** How long a lock may stand still, as watched here, before it counts as left behind. */
const STILL_MS = { ownerAlive: 15_000, ownerGone: 2_000 } as const;
const GIVE_UP_MS = 30 * 60_000;

/** Holds a lock file until disposed of: one process at a time, across checkouts and containers.
 *
 * The holder renews the file's time. A lock whose time stands still is taken over: soon if its process is gone, later if a process of that
 * number lives (the number may have been given out again). Nothing but the work saved depends on the lock: results are renamed into place.
 */
export async function holdLock(
  env: Env,
  path: string,
  options: { readonly signal: AbortSignal; readonly onWait: (elapsedMs: number) => void },
): Promise<AsyncDisposable> {
  const startedMs = env.clock.monotonicMs();
  let watched = { state: "", sinceMs: startedMs };
  for (;;) {
    options.signal.throwIfAborted();
    const held = await tryLock(env, path);
    if (held !== undefined) return held;
    const nowMs = env.clock.monotonicMs();
    const state = await stateOf(path);
    if (state !== watched.state) watched = { state, sinceMs: nowMs };
    const stillMs = isAlive(env, await ownerOf(path)) ? STILL_MS.ownerAlive : STILL_MS.ownerGone;
    if (nowMs - watched.sinceMs >= stillMs) {
      await takeAway(env, path, watched.state);
      continue;
    }
    if (nowMs - startedMs >= GIVE_UP_MS) throw busyError(path);
    options.onWait(nowMs - startedMs);
    await env.clock.sleep(POLL_MS, options.signal);
  }
}

function busyError(path: string): ProofloadError {
  return new ProofloadError({
    code: "tool-cache-busy",
    message: `${path} was held by another process for ${GIVE_UP_MS / 60_000} minutes.`,
    hint: "Let the other fetch end, or end it, and try again.",
    exitCode: 4,
  });
}

async function tryLock(env: Env, path: string): Promise<AsyncDisposable | undefined> {
  const file = await open(path, "wx").catch((error: unknown) => {
    if (systemCodeOf(error) === "EEXIST") return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  await file.writeFile(`${env.pid}\n`);
  const { ino } = await file.stat();
  const stop = new AbortController();
  const beating = (async () => {
    for (;;) {
      await env.clock.sleep(BEAT_MS, stop.signal);
      const now = env.clock.now() / 1000;
      await file.utimes(now, now);
    }
  })().catch(() => undefined);
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await beating;
      // Only one's own: it may have been taken over.
      if ((await inodeOf(path)) === ino) await rm(path, { force: true });
      await file.close();
    },
  };
}

/** Removes a lock that was left behind, and no other: one that was made since is put back. */
async function takeAway(env: Env, path: string, state: string): Promise<void> {
  const aside = `${path}.${env.pid}-${Math.floor(env.random() * 2 ** 40).toString(36)}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemCodeOf(error) === "ENOENT") return;
    throw error;
  }
  if ((await stateOf(aside)) !== state) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function stateOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found === undefined ? "gone" : `${found.ino} ${found.mtimeNs}`;
}

async function inodeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.ino;
}

async function ownerOf(path: string): Promise<number | undefined> {
  const pid = Number.parseInt(await readFile(path, "utf8").catch(() => ""), 10);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}

function isAlive(env: Env, pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    return env.kill(pid, 0);
  } catch {
    // EPERM: somebody else's process, but a live one.
    return true;
  }
}
