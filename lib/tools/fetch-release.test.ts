import { existsSync } from "node:fs";
import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import type { Env } from "../env.ts";
import { ProofloadError } from "../errors.ts";
import { ensureTools } from "./ensure-tools.ts";
import {
  checksumLine,
  K6_CHECKSUMS,
  K6_FILE,
  k6Release,
  startReleaseServer,
  tarGz,
  zip,
  type ReleaseServer,
} from "./testing/release-server.ts";
import { createWorld, fastClock, programText, type World } from "./testing/world.ts";
import type { ToolProgress } from "./tool.ts";

const FOLDER = "k6-v1.8.1-linux-amd64";
const K6 = programText("k6 v1.8.1 (test)");
const GOOD = tarGz([
  { path: `${FOLDER}/LICENSE`, text: "free" },
  { path: `${FOLDER}/k6`, text: K6 },
]);

let server: ReleaseServer;
let world: World;
beforeEach(async () => {
  server = await startReleaseServer();
  world = await createWorld(server.url);
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

function serve(answers: ReturnType<typeof k6Release>): void {
  for (const [path, answer] of Object.entries(answers)) server.answers.set(path, answer);
}

const seen: ToolProgress[] = [];
async function ensureK6(env: Env = world.env): Promise<string> {
  seen.length = 0;
  const signal = new AbortController().signal;
  const tools = await ensureTools(env, ["k6"], { signal, onProgress: (progress) => void seen.push(progress) });
  return tools.get("k6")?.path ?? "";
}

/** Why the release was refused, from the error that is thrown when nothing else has the tool. */
async function refusal(env: Env = world.env): Promise<string> {
  const error: unknown = await ensureK6(env).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProofloadError)) throw new TypeError("expected a ProofloadError", { cause: error });
  expect(error.exitCode).toBe(4);
  // Whatever was wrong: nothing of it may be found later.
  expect(await cached()).toEqual([]);
  const lines = error.message.split("\n");
  return lines.find((line) => line.includes("- release "))?.replace(/^.*tar\.gz: /u, "") ?? error.message;
}

/** What is in the cache that could be taken for a tool, or is half done. */
async function cached(): Promise<readonly string[]> {
  const names = await readdir(world.cacheDir);
  const half = await readdir(join(world.cacheDir, "tmp", "k6"));
  return [...names.filter((name) => name.startsWith("k6-")), ...half];
}

test("a release that is in order is fetched, checked, unpacked, made executable and kept", async () => {
  serve(k6Release(GOOD));
  const path = await ensureK6();
  expect(path).toBe(join(world.cacheDir, "k6-1.8.1-linux-x64", "k6"));
  expect(await readFile(path, "utf8")).toBe(K6);
  expect((await stat(path)).mode & 0o777).toBe(0o755);
  expect(await readdir(join(path, ".."))).toEqual(["entry.json", "k6"]);
  expect(await cached()).toEqual(["k6-1.8.1-linux-x64"]);
  expect(server.asked).toEqual([K6_CHECKSUMS, K6_FILE]);
  const steps = seen.map(({ step }) => step);
  expect(steps.at(0)).toEqual({ kind: "trying" });
  expect(steps).toContainEqual({ kind: "downloading", receivedBytes: GOOD.byteLength, totalBytes: GOOD.byteLength });
  expect(steps.slice(-2)).toEqual([{ kind: "unpacking" }, { kind: "ready", version: "1.8.1" }]);
  expect(seen[0]).toMatchObject({ tools: ["k6"], source: { kind: "release", detail: `${server.url}${K6_FILE}` } });
});

test("the second time nothing is asked, of the server or of the program", async () => {
  serve(k6Release(GOOD));
  const path = await ensureK6();
  const env = world.with({ run: () => Promise.reject(new Error("no program is to be run")) });
  expect(await ensureK6(env)).toBe(path);
  expect(server.asked).toHaveLength(2);
  expect(seen).toEqual([]);
});

test("on a Mac the archive is a zip", async () => {
  const folder = "k6-v1.8.1-macos-arm64";
  const archive = zip([
    { path: `${folder}/k6`, text: K6 },
    { path: "../outside", text: "x" },
  ]);
  server.answers.set(K6_FILE.replace(`${FOLDER}.tar.gz`, `${folder}.zip`), archive);
  server.answers.set(K6_CHECKSUMS, Buffer.from(checksumLine(archive, `${folder}.zip`)));
  const path = await ensureK6(world.with({ platform: "darwin", arch: "arm64" }));
  expect(await readFile(path, "utf8")).toBe(K6);
  expect(path).toContain("k6-1.8.1-darwin-arm64");
});

test("a release that is the program itself needs no unpacking, and Prometheus brings promtool along in one fetch", async () => {
  const toxiproxy = Buffer.from(programText("toxiproxy-server version 2.12.0"));
  const toxiproxyFolder = "/Shopify/toxiproxy/releases/download/v2.12.0";
  server.answers.set(`${toxiproxyFolder}/toxiproxy-server-linux-amd64`, toxiproxy);
  server.answers.set(
    `${toxiproxyFolder}/checksums.txt`,
    Buffer.from(checksumLine(toxiproxy, "toxiproxy-server-linux-amd64")),
  );
  const prometheusFolder = "/prometheus/prometheus/releases/download/v3.14.0";
  const archive = tarGz([
    { path: "prometheus-3.14.0.linux-amd64/prometheus", text: programText("prometheus, version 3.14.0 (x)") },
    { path: "prometheus-3.14.0.linux-amd64/promtool", text: programText("promtool, version 3.14.0 (x)") },
  ]);
  server.answers.set(`${prometheusFolder}/prometheus-3.14.0.linux-amd64.tar.gz`, archive);
  server.answers.set(
    `${prometheusFolder}/sha256sums.txt`,
    Buffer.from(checksumLine(archive, "prometheus-3.14.0.linux-amd64.tar.gz")),
  );
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  const tools = await ensureTools(world.env, ["promtool", "toxiproxy", "prometheus", "promtool"], options);
  expect([...tools].map(([name, { version, from }]) => [name, version, from.kind])).toEqual([
    ["promtool", "3.14.0", "release"],
    ["toxiproxy", "2.12.0", "release"],
    ["prometheus", "3.14.0", "release"],
  ]);
  expect(server.asked).toHaveLength(4);
});

test("a file with another digest than the release's checksum file says is refused", async () => {
  serve({ ...k6Release(GOOD), [K6_FILE]: tarGz([{ path: `${FOLDER}/k6`, text: programText("k6 v1.8.1 (evil)") }]) });
  expect(await refusal()).toMatch(
    /^its SHA-256 is [0-9a-f]{64}, the release's k6-v1\.8\.1-checksums\.txt says [0-9a-f]{64}$/u,
  );
});

test("a checksum file that does not list the file is refused before anything is downloaded", async () => {
  serve({ ...k6Release(GOOD), [K6_CHECKSUMS]: Buffer.from(checksumLine(GOOD, "another.tar.gz")) });
  expect(await refusal()).toBe(`the release's k6-v1.8.1-checksums.txt has no SHA-256 for ${FOLDER}.tar.gz`);
  expect(server.asked).toEqual([K6_CHECKSUMS]);
});

test("a server that has no such file says so", async () => {
  expect(await refusal()).toBe("answered 404 Not Found");
});

test("a download that is cut off is tried once more, then given up", async () => {
  const cutOff = {
    ...k6Release(GOOD),
    [K6_FILE]: (response: ServerResponse) => {
      response.writeHead(200, { "content-length": GOOD.byteLength });
      response.write(GOOD.subarray(0, 20), () => response.destroy());
    },
  };
  serve(cutOff);
  expect(await refusal()).toMatch(new RegExp(`^cut off after \\d+ of ${GOOD.byteLength} bytes`, "u"));
  expect(server.asked).toEqual([K6_CHECKSUMS, K6_FILE, K6_FILE]);
});

test("an error of the server (5xx) that passes is no failure", async () => {
  let asked = 0;
  serve({
    ...k6Release(GOOD),
    [K6_FILE]: (response) => {
      asked += 1;
      if (asked === 1) response.writeHead(503).end();
      else response.end(GOOD);
    },
  });
  expect(await ensureK6()).not.toBe("");
});

test("a server that takes the question and never answers is given up", async () => {
  serve({ [K6_CHECKSUMS]: () => undefined });
  const env = world.with({ clock: fastClock(world.env.clock, 1000) });
  expect(await refusal(env)).toBe(`${new URL(server.url).host} did not answer for 8 s`);
});

test("a server that stops sending is given up", async () => {
  serve({
    ...k6Release(GOOD),
    [K6_FILE]: (response) => {
      response.writeHead(200, { "content-length": GOOD.byteLength });
      response.write(GOOD.subarray(0, 20));
    },
  });
  // No faster: its first answer must come within 8 s of this clock.
  const env = world.with({ clock: fastClock(world.env.clock, 4) });
  expect(await refusal(env)).toBe(`${new URL(server.url).host} sent nothing for 15 s`);
});

test.each([
  ["without the program", [{ path: `${FOLDER}/README.md`, text: "x" }]],
  ["with a link in the program's place", [{ path: `${FOLDER}/k6`, text: "", linkTo: "/bin/sh" }]],
  ["with the program outside its folder", [{ path: `../${FOLDER}/k6`, text: K6 }]],
])("an archive %s is refused", async (_, members) => {
  serve(k6Release(tarGz(members)));
  expect(await refusal()).toBe("there is no k6 in the release's file");
});

test("a member that reaches outside is never written", async () => {
  const absolute = join(world.root, "absolute-evil");
  serve(
    k6Release(
      tarGz([
        { path: "../../../../evil", text: "x" },
        { path: absolute, text: "x" },
        { path: `${FOLDER}/../../evil`, text: "x" },
        { path: `./${FOLDER}/k6`, text: K6 },
      ]),
    ),
  );
  const path = await ensureK6();
  expect(await readFile(path, "utf8")).toBe(K6);
  expect(await readdir(world.root)).toEqual(["bin", "cache"]);
  expect(await readdir(world.cacheDir)).not.toContain("evil");
  expect(existsSync(absolute)).toBe(false);
});

test("a file that is no archive is refused, though its digest is right", async () => {
  serve(k6Release(Buffer.from("<html>log in first</html>")));
  expect(await refusal()).toMatch(/TAR_BAD_ARCHIVE|no k6 in the release/u);
});

test("a release whose program says another version than it should is refused", async () => {
  serve(k6Release(tarGz([{ path: `${FOLDER}/k6`, text: programText("k6 v0.9.0 (odd)") }])));
  expect(await refusal()).toBe("k6 is 0.9.0, needed is >=1.0 <3");
});

test("a release that changes after it was first seen ends the search at once", async () => {
  serve(k6Release(GOOD));
  const path = await ensureK6();
  await writeFile(path, "damaged");
  serve(k6Release(tarGz([{ path: `${FOLDER}/k6`, text: programText("k6 v1.8.1 (replaced)") }])));
  await expect(ensureK6()).rejects.toMatchObject({
    code: "tool-digest-changed",
    exitCode: 4,
    hint: expect.stringContaining(join(world.cacheDir, "digests", "k6.json")),
  });
});

test("a tool in the cache that was damaged is fetched again", async () => {
  serve(k6Release(GOOD));
  const path = await ensureK6();
  await writeFile(path, "");
  await chmod(path, 0o755);
  expect(await ensureK6()).toBe(path);
  expect(await readFile(path, "utf8")).toBe(K6);
  expect(await cached()).toEqual(["k6-1.8.1-linux-x64"]);
});

test("a mirror's password is used and never shown", async () => {
  const mirror = new URL(`${server.url}/mirror/`);
  mirror.username = "ci";
  mirror.password = "s3cret";
  const env = world.with({ vars: { PROOFLOAD_RELEASES_URL: mirror.href } });
  const error: unknown = await ensureK6(env).catch((thrown: unknown) => thrown);
  expect(server.asked).toEqual([`/mirror${K6_CHECKSUMS}`]);
  expect(server.authorizations).toEqual([`Basic ${Buffer.from("ci:s3cret").toString("base64")}`]);
  expect(JSON.stringify([error, (error as Error).message, (error as Error).stack, seen])).not.toContain("s3cret");
});

test.each(["ftp://mirror", "not an address s3cret"])(
  "PROOFLOAD_RELEASES_URL=%s is a mistake in the configuration",
  async (value) => {
    const env = world.with({ vars: { PROOFLOAD_RELEASES_URL: value } });
    const error: unknown = await ensureK6(env).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "releases-url-wrong", exitCode: 2 });
    expect((error as Error).message).not.toContain(value);
  },
);

test("a machine that no release is made for is told so", async () => {
  const env = world.with({ platform: "freebsd", arch: "ia32" });
  await expect(ensureK6(env)).rejects.toThrow("there is no release for freebsd on ia32");
});
