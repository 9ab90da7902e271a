import { execFileSync } from "node:child_process";
import { constants } from "node:fs";
import { access, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterAll, beforeAll, expect, test, type TestContext } from "vitest";

import type { Env } from "../lib/env.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { ensureTools, findTools, type ToolName, type ToolProgress } from "../lib/tools/index.ts";

// Real programs, from where they can be had with release downloads closed.
const TOOLS = ["k6", "prometheus", "promtool", "toxiproxy"];
const real = createNodeEnv();
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "proofload-install-"));
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true, maxRetries: 3 });
});

/** This machine without the tools on its PATH, with an empty cache, and with releases at a closed port. */
async function bareEnv(cache: string): Promise<Env> {
  const folders = (real.vars["PATH"] ?? "").split(delimiter);
  const bare = await Promise.all(folders.map((folder) => withoutTools(folder)));
  const named = Object.fromEntries(TOOLS.map((tool) => [`PROOFLOAD_${tool.toUpperCase()}`, undefined]));
  return {
    ...real,
    cwd: root,
    vars: {
      ...real.vars,
      ...named,
      PATH: bare.join(delimiter),
      PROOFLOAD_CACHE_DIR: join(root, cache),
      PROOFLOAD_RELEASES_URL: "http://127.0.0.1:2",
    },
  };
}

/** The folder where no tool is in it, else links to all else in it: a distribution puts tools beside apt-get. */
async function withoutTools(folder: string): Promise<string> {
  const hidden = [...TOOLS, "toxiproxy-server"];
  const has = await Promise.all(hidden.map((name) => exists(join(folder, name))));
  if (!has.includes(true)) return folder;
  const links = await mkdtemp(join(root, "path-"));
  const others = (await readdir(folder)).filter((name) => !hidden.includes(name));
  await Promise.all(others.map((name) => symlink(join(folder, name), join(links, name))));
  return links;
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Skips where a program is missing; where CI runs, that is a failure. */
async function need(context: TestContext, env: Env, programs: readonly string[]): Promise<void> {
  const folders = (env.vars["PATH"] ?? "").split(delimiter);
  for (const program of programs) {
    const found = await Promise.all(folders.map((folder) => exists(join(folder, program))));
    if (found.includes(true)) continue;
    if (real.vars["CI"] === "true") throw new Error(`CI must have ${program}`);
    context.skip(`no ${program} on PATH`);
  }
}

const progress: ToolProgress[] = [];
function ensure(env: Env, names: readonly ToolName[]): ReturnType<typeof ensureTools> {
  progress.length = 0;
  return ensureTools(env, names, { signal: new AbortController().signal, onProgress: (step) => progress.push(step) });
}

test("Toxiproxy is built by go, runs, and is found in the cache from then on", async (context) => {
  const env = await bareEnv("go");
  await need(context, env, ["go"]);
  const tool = (await ensure(env, ["toxiproxy"])).get("toxiproxy");
  expect(tool).toMatchObject({ version: "2.12.0", from: { kind: "go" } });
  expect(execFileSync(tool?.path ?? "", ["--version"], { encoding: "utf8" })).toContain("toxiproxy-server version");
  expect(progress.map(({ source, step }) => `${source.kind} ${step.kind}`)).toEqual(
    expect.arrayContaining(["release failed", "go working", "go ready"]),
  );
  expect(await findTools(env, ["toxiproxy"])).toMatchObject([{ kind: "found", tool: { from: { kind: "cache" } } }]);
  expect(await readdir(join(root, "go", "tmp", "toxiproxy"))).toEqual([]);
});

test("Prometheus and promtool come from the distribution's package, in one fetch", async (context) => {
  const env = await bareEnv("deb");
  await need(context, env, ["apt-get", "dpkg"]);
  const tools = await ensure(env, ["prometheus", "promtool"]);
  expect([...tools.keys()]).toEqual(["prometheus", "promtool"]);
  expect(progress.filter(({ step }) => step.kind === "ready")).toHaveLength(1);
  for (const { name, path, version, from } of tools.values()) {
    expect(from).toEqual({ kind: "deb", detail: "prometheus" });
    expect(execFileSync(path, ["--version"], { encoding: "utf8" })).toContain(`${name}, version ${version}`);
  }
  expect(await readdir(join(root, "deb", "tmp", "prometheus"))).toEqual([]);
});

test("k6 is built by go and runs a script", { timeout: 600_000 }, async (context) => {
  const env = await bareEnv("go");
  await need(context, env, ["go"]);
  const tool = (await ensure(env, ["k6"])).get("k6");
  expect(tool).toMatchObject({ version: "1.8.1", from: { kind: "go", detail: "go.k6.io/k6@v1.8.1" } });
  const script = "export default function () { console.log('it runs'); }";
  const said = execFileSync(tool?.path ?? "", ["run", "--quiet", "--log-output=stdout", "-"], {
    input: script,
    encoding: "utf8",
  });
  expect(said).toContain("it runs");
});
