import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { Env } from "../env.ts";
import { ensureTools } from "./ensure-tools.ts";
import { K6_FILE, k6Release, startReleaseServer, tarGz, type ReleaseServer } from "./testing/release-server.ts";
import { createWorld, fastClock, programText, type World } from "./testing/world.ts";
import type { Tool, ToolProgress } from "./tool.ts";

const GOOD = tarGz([{ path: "k6-v1.8.1-linux-amd64/k6", text: programText("k6 v1.8.1 (test)") }]);

let server: ReleaseServer;
let world: World;
beforeEach(async () => {
  server = await startReleaseServer(k6Release(GOOD));
  world = await createWorld(server.url);
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

async function ensureK6(
  env: Env,
  onProgress: (progress: ToolProgress) => void = () => undefined,
  signal: AbortSignal = new AbortController().signal,
): Promise<Tool | undefined> {
  return (await ensureTools(env, ["k6"], { signal, onProgress })).get("k6");
}

interface Flag {
  readonly raised: Promise<void>;
  raise(): void;
}

function flag(): Flag {
  let raise = (): void => undefined;
  const raised = new Promise<void>((resolve) => {
    raise = resolve;
  });
  return { raised, raise: () => raise() };
}

test("of two that need the same tool at once one fetches, the other waits and takes the result", async () => {
  const waiting = flag();
  server.answers.set(K6_FILE, (response) => {
    // Answers only when the other is known to wait.
    void waiting.raised.then(() => response.end(GOOD));
  });
  const onProgress = ({ step }: ToolProgress): void => {
    if (step.kind === "waiting") waiting.raise();
  };
  const tools = await Promise.all([ensureK6(world.env, onProgress), ensureK6(world.env, onProgress)]);
  expect(server.asked).toHaveLength(2);
  expect(new Set(tools.map((tool) => tool?.from.kind))).toEqual(new Set(["cache", "release"]));
  expect(new Set(tools.map((tool) => tool?.path)).size).toBe(1);
  expect(await readdir(world.cacheDir)).not.toContain("k6.lock");
});

test("what a crashed fetch left is swept, and its lock taken over", async () => {
  const half = join(world.cacheDir, "tmp", "k6", "release-half");
  await mkdir(half, { recursive: true });
  await writeFile(join(half, "k6"), programText("k6 v1.8.1 (half)"));
  // No process has this number: it is above what kernels give out.
  await writeFile(join(world.cacheDir, "k6.lock"), "99999999\n");
  const env = world.with({ clock: fastClock(world.env.clock, 4) });
  expect(await ensureK6(env)).toMatchObject({ from: { kind: "release" } });
  expect(await readdir(join(world.cacheDir, "tmp", "k6"))).toEqual([]);
  expect(existsSync(join(world.cacheDir, "k6.lock"))).toBe(false);
});

test("a folder without its entry, as no finished fetch leaves it, is not used", async () => {
  const dir = join(world.cacheDir, "k6-1.8.1-linux-x64");
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "k6"), programText("k6 v1.8.1 (half)"), { mode: 0o755 });
  expect(await ensureK6(world.env)).toMatchObject({ from: { kind: "release" } });
});

test("an abort in mid-download ends the fetch with the abort's reason and leaves nothing", async () => {
  server.answers.set(K6_FILE, (response) => {
    response.writeHead(200, { "content-length": GOOD.byteLength });
    response.write(GOOD.subarray(0, 20));
  });
  const abort = new AbortController();
  const reason = new Error("SIGINT");
  const fetching = ensureK6(
    world.env,
    ({ step }) => {
      if (step.kind === "downloading") abort.abort(reason);
    },
    abort.signal,
  );
  await expect(fetching).rejects.toBe(reason);
  expect(await readdir(join(world.cacheDir, "tmp", "k6"))).toEqual([]);
  expect(await readdir(world.cacheDir)).not.toContain("k6.lock");
});

test("an abort ends the wait for another's fetch", async () => {
  server.answers.set(K6_FILE, () => undefined);
  const first = new AbortController();
  const second = new AbortController();
  const lockHeld = flag();
  const fetching = ensureK6(world.env, () => lockHeld.raise(), first.signal);
  await lockHeld.raised;
  const waiting = ensureK6(
    world.env,
    ({ step }) => {
      if (step.kind === "waiting") second.abort(new Error("second"));
    },
    second.signal,
  );
  await expect(waiting).rejects.toThrow("second");
  first.abort(new Error("first"));
  await expect(fetching).rejects.toThrow("first");
});

test("a cache that cannot be written to gives way to the project's own folder", async () => {
  const file = join(world.root, "a-file");
  await writeFile(file, "");
  const env = world.with({ vars: { PROOFLOAD_CACHE_DIR: join(file, "cache") } });
  const path = join(world.root, ".proofload", "tools", "k6-1.8.1-linux-x64", "k6");
  expect(await ensureK6(env)).toMatchObject({ path });
  expect(await ensureK6(env)).toMatchObject({ path, from: { kind: "cache" } });
});

test("where nothing can be written to, the error says what to set", async () => {
  const file = join(world.root, "a-file");
  await writeFile(file, "");
  const env = world.with({ cwd: file, vars: { PROOFLOAD_CACHE_DIR: join(file, "cache") } });
  await expect(ensureK6(env)).rejects.toMatchObject({ code: "tool-cache-unwritable", exitCode: 4 });
});

test.each([
  ["linux", { XDG_CACHE_HOME: "/xdg" }, "/xdg/proofload"],
  ["linux", { XDG_CACHE_HOME: "relative" }, "HOME/.cache/proofload"],
  ["darwin", {}, "HOME/Library/Caches/proofload"],
  ["darwin", { PROOFLOAD_CACHE_DIR: "mine" }, "CWD/mine"],
] as const)("on %s with %j the cache is %s", async (platform, vars, expected) => {
  const { cacheDirs } = await import("./cache-dir.ts");
  const env = world.with({ platform, vars: { PROOFLOAD_CACHE_DIR: "", ...vars } });
  expect(cacheDirs(env)[0]).toBe(expected.replace("HOME", env.homeDir).replace("CWD", env.cwd));
});
