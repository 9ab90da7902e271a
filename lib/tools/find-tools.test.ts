import { stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { Env } from "../env.ts";
import { ensureTools } from "./ensure-tools.ts";
import { findTools } from "./find-tools.ts";
import { createWorld, programText, writeProgram, type World } from "./testing/world.ts";
import type { ToolFailure, ToolLook } from "./tool.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const quiet = { signal: new AbortController().signal, onProgress: () => undefined };

function failuresOf(look: ToolLook | undefined): readonly ToolFailure[] {
  return look?.kind === "missing" ? look.failures : [];
}

test("the variable wins over PATH", async () => {
  await writeProgram(join(world.binDir, "k6"), programText("k6 v1.0.0 (on PATH)"));
  const path = await writeProgram(join(world.root, "mine", "k6-custom"), programText("k6 v1.2.3 (mine)"));
  const tools = await ensureTools(world.with({ vars: { PROOFLOAD_K6: "mine/k6-custom" } }), ["k6"], quiet);
  expect(tools.get("k6")).toEqual({
    name: "k6",
    path,
    version: "1.2.3",
    from: { kind: "explicit", detail: "PROOFLOAD_K6" },
  });
});

test("a variable that is empty counts as not set", async () => {
  const path = await writeProgram(join(world.binDir, "k6"), programText("k6 v1.0.0 (on PATH)"));
  const tools = await ensureTools(world.with({ vars: { PROOFLOAD_K6: "" } }), ["k6"], quiet);
  expect(tools.get("k6")?.path).toBe(path);
});

test("a variable that names no file is a mistake in the configuration, though PATH has the tool", async () => {
  await writeProgram(join(world.binDir, "k6"), programText("k6 v1.0.0 (on PATH)"));
  const env = world.with({ vars: { PROOFLOAD_K6: "/nowhere/k6" } });
  await expect(ensureTools(env, ["k6"], quiet)).rejects.toMatchObject({
    code: "tool-path-wrong",
    exitCode: 2,
    message: "PROOFLOAD_K6 is wrong: /nowhere/k6 is no executable file.",
    hint: "Set PROOFLOAD_K6 to a k6 >=1.0 <3, or unset it to let proofload find or fetch one.",
  });
  const [look] = await findTools(env, ["k6"]);
  expect(failuresOf(look).map(({ source }) => source.kind)).toEqual(["explicit"]);
});

test.each([
  ["k6 v0.57.0 (old)", "is 0.57.0, needed is >=1.0 <3"],
  ["prometheus, version 3.0.0", 'is no k6: `version` said "prometheus, version 3.0.0"'],
])("a variable whose program says %j is wrong", async (output, reason) => {
  const path = await writeProgram(join(world.root, "k6"), programText(output));
  await expect(ensureTools(world.with({ vars: { PROOFLOAD_K6: path } }), ["k6"], quiet)).rejects.toMatchObject({
    exitCode: 2,
    message: `PROOFLOAD_K6 is wrong: ${path} ${reason}.`,
  });
});

test("a version on PATH that does not fit is passed over, for the next folder's, and named when there is none", async () => {
  const old = await writeProgram(join(world.binDir, "k6"), programText("k6 v0.49.0 (old)"));
  const newer = join(world.root, "bin2", "k6");
  const env = world.with({ vars: { PATH: `${world.binDir}::relative:${join(world.root, "bin2")}` } });
  const [missing] = await findTools(env, ["k6"]);
  expect(failuresOf(missing)[0]).toMatchObject({
    source: { kind: "path" },
    reason: `${old} is 0.49.0, needed is >=1.0 <3`,
  });

  await writeProgram(newer, programText("k6 v1.5.0 (new)"));
  const [found] = await findTools(env, ["k6"]);
  expect(found).toMatchObject({ kind: "found", tool: { path: newer, version: "1.5.0", from: { kind: "path" } } });
});

test("a program on PATH that does not run is named with how it ended", async () => {
  const path = await writeProgram(join(world.binDir, "promtool"), "#!/bin/sh\necho broken library >&2\nexit 127\n");
  const [look] = await findTools(world.env, ["promtool"]);
  expect(failuresOf(look)[0]?.reason).toBe(`${path} ended with code 127: "broken library"`);
});

test("a Toxiproxy that carries no version is taken, and says so", async () => {
  await writeProgram(join(world.binDir, "toxiproxy-server"), programText("toxiproxy-server version git"));
  const [look] = await findTools(world.env, ["toxiproxy"]);
  expect(look).toMatchObject({
    kind: "found",
    tool: { version: "unknown", from: { kind: "path", detail: `${world.binDir} (a build that carries no version)` } },
  });
});

test("looking fetches nothing and says where it looked", async () => {
  const fetched: unknown[] = [];
  const env = world.with({
    vars: { PATH: "" },
    fetch: (url) => {
      fetched.push(url);
      return Promise.reject(new Error("no network here"));
    },
  });
  const [k6, promtool] = await findTools(env, ["k6", "promtool"]);
  expect(failuresOf(k6).map(({ reason }) => reason)).toEqual([
    "PATH is empty",
    `no k6 in ${world.cacheDir} or ${join(world.root, ".proofload", "tools")}`,
  ]);
  expect(promtool).toMatchObject({ kind: "missing", name: "promtool" });
  expect(fetched).toEqual([]);
});

/** Counts the programs that are run. */
function counting(): { readonly runs: string[]; readonly run: Env["run"] } {
  const runs: string[] = [];
  return {
    runs,
    run: (options) => {
      runs.push(options.argv[0]);
      return world.env.run(options);
    },
  };
}

test("a program of full size is asked for its version once, until the file changes", async () => {
  const path = join(world.binDir, "k6");
  await writeProgram(path, `${programText("k6 v1.5.0 (big)")}exit 0\n${"#".repeat(1024 * 1024)}`);
  const { runs, run } = counting();
  const env = world.with({ run });
  await findTools(env, ["k6"]);
  await findTools(env, ["k6"]);
  expect(runs).toEqual([path]);

  await writeFile(path, `${programText("k6 v1.6.0 (big)")}exit 0\n${"#".repeat(1024 * 1024)}`);
  const { mtimeMs } = await stat(path);
  await utimes(path, mtimeMs / 1000, mtimeMs / 1000 + 7);
  const [look] = await findTools(env, ["k6"]);
  expect(look).toMatchObject({ kind: "found", tool: { version: "1.6.0" } });
  expect(runs).toEqual([path, path]);
});

test("a version manager's shim is asked every time: the version behind it may change", async () => {
  const path = await writeProgram(join(world.binDir, "k6"), programText("k6 v1.5.0 (shim)"));
  const { runs, run } = counting();
  const env = world.with({ run });
  await findTools(env, ["k6"]);
  await findTools(env, ["k6"]);
  expect(runs).toEqual([path, path]);
});

test("a memory that is damaged is no error", async () => {
  await writeProgram(join(world.binDir, "k6"), programText("k6 v1.5.0 (x)"));
  await writeProgram(join(world.cacheDir, "versions.json"), "{half");
  expect(await findTools(world.env, ["k6"])).toMatchObject([{ kind: "found" }]);
});

test("Windows is refused with what to do", async () => {
  const env = world.with({ platform: "win32" });
  await expect(ensureTools(env, ["k6"], quiet)).rejects.toMatchObject({ code: "platform-unsupported", exitCode: 4 });
  await expect(findTools(env, ["k6"])).rejects.toThrow(/Windows/u);
});
