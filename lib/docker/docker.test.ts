import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Env } from "../env.ts";
import { createNodeEnv } from "../node-env.ts";
import { engineAddress, parseEngineAddress } from "./address.ts";
import { negotiateApiVersion } from "./api-version.ts";
import { containerOptions } from "./container-options.ts";
import { asNobody } from "../testing/as-nobody.ts";
import { createDockerEngine } from "./create-engine.ts";

let dir = "";
let undo: (() => unknown)[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-docker-"));
  undo = [];
});
afterEach(async () => {
  await Promise.all(undo.map((step) => step()));
  rmSync(dir, { recursive: true, force: true });
});

describe("where the engine is", () => {
  const found = (vars: Env["vars"]): string => engineAddress({ vars, homeDir: join(dir, "home") });

  test("is what DOCKER_HOST says, before any socket that is there", () => {
    expect(found({ DOCKER_HOST: "tcp://127.0.0.1:2375" })).toBe("tcp://127.0.0.1:2375");
  });

  test.each([
    ["unix:///var/run/docker.sock", { kind: "socket", path: "/var/run/docker.sock" }],
    ["tcp://127.0.0.1:2375", { kind: "tcp", host: "127.0.0.1", port: 2375 }],
    ["tcp://localhost", { kind: "tcp", host: "localhost", port: 2375 }],
    ["http://[::1]:1234", { kind: "tcp", host: "::1", port: 1234 }],
    ["127.0.0.1:99", { kind: "tcp", host: "127.0.0.1", port: 99 }],
  ])("%s is read", (address, where) => {
    expect(parseEngineAddress(address)).toEqual(where);
  });

  test.each([
    ["tcp://build-host:2375", {}, "it is another machine"],
    ["ssh://me@build-host", {}, "neither a socket nor tcp"],
    ["npipe:////./pipe/docker_engine", {}, "neither a socket nor tcp"],
    ["tcp://127.0.0.1:2376", { DOCKER_TLS_VERIFY: "1" }, "it asks for TLS"],
  ])("%s can't serve a run", (address, vars, why) => {
    expect(() => parseEngineAddress(address, vars)).toThrow(why);
  });
});

test.each([
  ["Debian's Docker 20.10", "1.41", "1.12", "1.41"],
  ["Docker 29", "1.52", "1.44", "1.44"],
  ["an engine of this version exactly", "1.44", "1.24", "1.44"],
  ["one that has dropped all that is known here", "1.60", "1.45", null],
  ["one that is too old", "1.24", "1.12", null],
])("with %s the newest version that both know is spoken", (_, newest, oldest, version) => {
  expect(negotiateApiVersion({ newest, oldest })).toBe(version);
});

test("a container's ports are those of 127.0.0.1 only, and the engine brings nothing back", () => {
  const spec = { name: "n", image: "i", args: ["-x"], env: { A: "1" }, ports: { 8080: "4000" }, labels: { l: "v" } };
  expect(containerOptions(spec)).toEqual({
    name: "n",
    Image: "i",
    Cmd: ["-x"],
    Env: ["A=1"],
    Labels: { l: "v" },
    Tty: false,
    ExposedPorts: { "8080/tcp": {} },
    HostConfig: {
      PortBindings: { "8080/tcp": [{ HostIp: "127.0.0.1", HostPort: "4000" }] },
      RestartPolicy: { Name: "no" },
    },
  });
  // An empty list would take the image's own arguments away.
  expect(containerOptions({ ...spec, args: [] })).not.toHaveProperty("Cmd");
});

describe("an engine that can't be used is an error with the cure", () => {
  const env = { ...createNodeEnv(), vars: {} };
  const listen = async (listener: RequestListener): Promise<string> => {
    const path = join(dir, "docker.sock");
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(path, resolve));
    undo.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `unix://${path}`;
  };

  test("where there is none", async () => {
    await expect(createDockerEngine(env, `unix://${dir}/none.sock`)).rejects.toMatchObject({
      code: "no-docker-engine",
      exitCode: 4,
      message: expect.stringContaining(`unix://${dir}/none.sock: connect ENOENT`) as string,
      hint: "Start one, or say where it is in DOCKER_HOST.",
    });
  });

  test("where something else answers", async () => {
    const address = await listen((_, response) => response.end("<html>"));
    await expect(createDockerEngine(env, address)).rejects.toThrow("what answers there is no Docker engine");
  });

  test("where its API is too new", async () => {
    const address = await listen((_, response) =>
      response.end(JSON.stringify({ Version: "99", ApiVersion: "2.5", MinAPIVersion: "2.0" })),
    );
    await expect(createDockerEngine(env, address)).rejects.toThrow("its API 2.0 to 2.5 is none that proofload speaks");
  });

  test("where it hangs", async () => {
    const address = await listen(() => undefined);
    const clock = { ...env.clock, sleep: async () => undefined };
    await expect(createDockerEngine({ ...env, clock }, address)).rejects.toThrow("did not tell its version: no answer");
  });

  test("where this user may not", async () => {
    const address = await listen((_, response) => response.end());
    chmodSync(join(dir, "docker.sock"), 0);
    await expect(asNobody(dir, () => createDockerEngine(env, address))).rejects.toMatchObject({
      hint: expect.stringContaining("group `docker`") as string,
    });
  });

  test("and a variable of this process changes nothing of it", async () => {
    const address = await listen((_, response) => response.end(JSON.stringify({ Version: "20", ApiVersion: "1.41" })));
    const before = process.env["DOCKER_HOST"];
    process.env["DOCKER_HOST"] = "tcp://192.0.2.1:1";
    try {
      expect(await createDockerEngine(env, address)).toMatchObject({ address, version: "20", apiVersion: "1.41" });
    } finally {
      if (before === undefined) delete process.env["DOCKER_HOST"];
      else process.env["DOCKER_HOST"] = before;
    }
  });
});
