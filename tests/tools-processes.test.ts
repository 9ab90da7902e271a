import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import { ensureTools } from "../lib/tools/index.ts";
import {
  K6_FILE,
  k6Release,
  startReleaseServer,
  tarGz,
  type ReleaseServer,
} from "../lib/tools/testing/release-server.ts";
import { createWorld, programText, type World } from "../lib/tools/testing/world.ts";

const GOOD = tarGz([{ path: "k6-v1.8.1-linux-amd64/k6", text: programText("k6 v1.8.1 (test)") }]);

// A program that does nothing but ensure k6, and prints each step and the tool as lines of JSON.
const SOURCE = `
import { createNodeEnv } from "./lib/node-env.ts";
import { ensureTools } from "./lib/tools/index.ts";
const say = (value) => console.log(JSON.stringify(value));
const env = { ...createNodeEnv(), platform: "linux", arch: "x64" };
const tools = await ensureTools(env, ["k6"], { signal: new AbortController().signal, onProgress: ({ step }) => say(step) });
say({ kind: "tool", ...tools.get("k6") });
`;

let server: ReleaseServer;
let world: World;
let program: string;
let shared: World;

beforeAll(async () => {
  shared = await createWorld();
  program = join(shared.root, "ensure.mjs");
  await build({
    stdin: { contents: SOURCE, resolveDir: fileURLToPath(new URL("..", import.meta.url)), loader: "ts" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    // As scripts/build.mjs has it, for the CommonJS packages.
    define: { __filename: "import.meta.filename" },
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    outfile: program,
    logLevel: "error",
  });
});
afterAll(async () => {
  await shared[Symbol.asyncDispose]();
});
beforeEach(async () => {
  server = await startReleaseServer(k6Release(GOOD));
  world = await createWorld(server.url);
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

interface Running {
  readonly child: ChildProcess;
  /** Resolves when a line of this kind was printed. */
  said(kind: string): Promise<Record<string, unknown>>;
}

function start(): Running {
  const child = spawn(process.execPath, [program], {
    cwd: world.root,
    env: { ...world.env.vars },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: Record<string, unknown>[] = [];
  let text = "";
  let closed = false;
  child.once("close", () => {
    closed = true;
    child.emit("said");
  });
  child.stdout.on("data", (piece: Buffer) => {
    const parts = `${text}${piece.toString()}`.split("\n");
    text = parts.pop() ?? "";
    lines.push(...parts.map((line) => JSON.parse(line) as Record<string, unknown>));
    child.emit("said");
  });
  return {
    child,
    said: async (kind) => {
      for (;;) {
        const line = lines.find((line) => line["kind"] === kind);
        if (line !== undefined) return line;
        if (closed) throw new Error(`the process ended without saying ${kind}`);
        await once(child, "said");
      }
    },
  };
}

test("two processes that fill one cache at once download once, and both get the tool", async () => {
  const [one, two] = [start(), start()];
  const oneWaits = Promise.race([one.said("waiting"), two.said("waiting")]);
  server.answers.set(K6_FILE, (response) => {
    void oneWaits.then(() => response.end(GOOD));
  });
  const tools = await Promise.all([one.said("tool"), two.said("tool")]);
  expect(tools.map((tool) => tool["path"])).toEqual(Array(2).fill(join(world.cacheDir, "k6-1.8.1-linux-x64", "k6")));
  expect(server.asked.filter((path) => path === K6_FILE)).toHaveLength(1);
  expect(await readdir(world.cacheDir)).not.toContain("k6.lock");
});

test("after a process was killed in mid-download the next one takes over, sweeps and fetches again", async () => {
  server.answers.set(K6_FILE, (response) => {
    response.writeHead(200, { "content-length": GOOD.byteLength });
    response.write(GOOD.subarray(0, 20));
  });
  const killed = start();
  await killed.said("downloading");
  killed.child.kill("SIGKILL");
  await once(killed.child, "exit");
  expect(await readdir(world.cacheDir)).toContain("k6.lock");
  expect(await readdir(join(world.cacheDir, "tmp", "k6"))).toHaveLength(2);

  server.answers.set(K6_FILE, GOOD);
  const tools = await ensureTools(world.env, ["k6"], {
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  expect(tools.get("k6")?.from.kind).toBe("release");
  expect(await readdir(join(world.cacheDir, "tmp", "k6"))).toEqual([]);
  expect(await readdir(world.cacheDir)).not.toContain("k6.lock");
  await rm(world.cacheDir, { recursive: true });
});
