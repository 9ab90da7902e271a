import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createNodeEnv } from "../../lib/node-env.ts";
import { SLO, trueAnswers } from "../gate/testing/fake-prometheus.ts";
import { main } from "../main.ts";

const NOTHING = JSON.stringify({ status: "success", data: { resultType: "vector", result: [] } });

let dir = "";
let server: Server | undefined;
let refused: string[] = [];
let url = "";

/** A Prometheus without series, for those that have the token. */
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "proofload-slo-check-"));
  writeFileSync(join(dir, "slo.yaml"), SLO);
  writeFileSync(join(dir, "token"), "a-good-token\n");
  writeFileSync(join(dir, "wrong"), "another-token\n");
  refused = [];
  const version = trueAnswers(0).version.text;
  server = createServer(({ url: path = "", headers }, response) => {
    if (headers.authorization === "Bearer a-good-token") {
      response.end(path.includes("buildinfo") ? version : NOTHING);
      return;
    }
    refused.push(path);
    response.writeHead(401).end(`no entry for ${headers.authorization}`);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  rmSync(dir, { recursive: true, force: true });
});

async function check(vars: Readonly<Record<string, string>>, ...more: readonly string[]) {
  let [stdout, stderr] = ["", ""];
  const exitCode = await main({
    ...createNodeEnv(),
    argv: ["slo", "check", "slo.yaml", "--prometheus", url, ...more],
    cwd: dir,
    vars,
    stdout: { write: (text) => void (stdout += text), isTTY: false, columns: 80 },
    stderr: { write: (text) => void (stderr += text), isTTY: false, columns: 80 },
  });
  return { exitCode, stdout, stderr };
}

test.each([
  ["a file", {}, ["--bearer-token-file", "token"]],
  ["a variable", { PROOFLOAD_PROMETHEUS_TOKEN: "a-good-token" }, []],
])("slo check asks with the token of %s, whatever it asks", async (_, vars, options) => {
  const { exitCode, stdout } = await check(vars, ...options);
  expect(stdout).toContain('http_requests_total{job="api"} matches no series');
  expect([exitCode, refused]).toEqual([2, []]);
});

test.each([
  ["no token", []],
  ["another token", ["--bearer-token-file", "wrong"]],
])("slo check says that %s is refused, not that nobody is there, and repeats no secret", async (_, options) => {
  const { exitCode, stdout, stderr } = await check({}, ...options);
  expect(exitCode).toBe(4);
  expect(stderr).toMatch(
    /no Prometheus answers on http:\/\/127\.0\.0\.1:\d+: status 401: credentials are missing or wrong/,
  );
  expect(stderr).toMatch(/Check --prometheus, its path prefix and the credentials/);
  expect(stdout + stderr).not.toContain("another-token");
});
