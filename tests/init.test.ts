import { execFile } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { readVerdict, ROOT } from "./support/cli.ts";
import { ANY_MACHINE } from "./support/project.ts";

// As a user has it: the packed package, installed into an empty folder.
const root = mkdtempSync(join(tmpdir(), "proofload-package-"));
const project = join(root, "shop");
let server: Server;
/** What the user's service answers. */
let answer: (request: IncomingMessage) => number = () => 200;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[], cwd: string): Promise<Ended> {
  const env = { ...process.env, PROOFLOAD_STATE_DIR: join(root, "state"), npm_config_update_notifier: "false" };
  return new Promise((resolve) => {
    const child = execFile(program, args, { cwd, env, maxBuffer: 1e8 }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

async function must(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, cwd);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

const proofload = (...args: readonly string[]): Promise<Ended> => run("npx", ["proofload", ...args], project);

function newestRun(): string {
  const runs = join(project, ".proofload", "runs");
  return join(runs, readdirSync(runs).toSorted().at(-1) ?? "none");
}

beforeAll(async () => {
  server = createServer((request, response) => {
    response.statusCode = answer(request);
    response.end("hello");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  mkdirSync(project);
  const packed = await must("npm", ["pack", "--ignore-scripts", "--pack-destination", root], ROOT);
  const tarball = join(root, packed.trim().split("\n").at(-1) ?? "");
  const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--fetch-retries=5"];
  await must("npm", ["install", "--save-dev", ...quiet, tarball, "@types/k6"], project);
  const { port } = server.address() as AddressInfo;
  await must("npx", ["proofload", "init", "--url", `http://127.0.0.1:${port}`], project);
  appendFileSync(join(project, "proofload.yaml"), `  ${ANY_MACHINE}\n`);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(root, { recursive: true, force: true });
});

describe("a project that init laid out, with the packed package", () => {
  test("has scenarios that the type checker understands", async () => {
    const tsc = join(ROOT, "node_modules", ".bin", "tsc");
    expect(await run(tsc, ["-p", "scenarios"], project)).toMatchObject({ code: 0, stdout: "" });
  });

  test("passes the doctor", async () => {
    answer = () => 200;
    const { code, stdout } = await proofload("doctor");
    expect(stdout).toMatch(/^ok +project +shop, with its gates, SLOs and experiments$/m);
    expect(stdout).toMatch(/^ok +service +app answers 200 at http:\/\/127\.0\.0\.1:\d+$/m);
    expect(code).toBe(0);
  });

  test("proves the service that answers", async () => {
    answer = () => 200;
    const { code, stdout, stderr } = await proofload("run", "smoke");
    expect(`${stdout}${stderr}`).toContain("PASS");
    expect(code).toBe(0);
    const verdict = readVerdict(newestRun());
    expect(verdict).toMatchObject({ verdict: "pass", exitCode: 0 });
    expect(verdict.objectives).toMatchObject([{ slo: "availability", phase: "baseline", verdict: "pass" }]);
    expect(existsSync(join(newestRun(), "report.html"))).toBe(true);
  });

  test("fails the service that breaks under load", async () => {
    answer = ({ headers }) => (/k6/i.test(headers["user-agent"] ?? "") ? 500 : 200);
    const { code, stdout } = await proofload("run", "smoke", "--duration", "15s");
    expect(stdout).toMatch(/FAIL.*[Aa]vailability/s);
    expect(code).toBe(1);
    expect(readVerdict(newestRun())).toMatchObject({ verdict: "fail", exitCode: 1 });
  });

  test("sends no load to a service that is broken before", async () => {
    const file = join(project, "proofload.yaml");
    const written = readFileSync(file, "utf8");
    writeFileSync(file, written.replace(/^( +)ready: .*$/m, "$&\n$1readyWithin: 2s"));
    let asked = 0;
    answer = () => {
      asked += 1;
      return 500;
    };
    const { code, stderr } = await proofload("run", "smoke");
    writeFileSync(file, written);
    expect(stderr).toMatch(/app was not ready within 2 s: http:\/\/127\.0\.0\.1:\d+ answers 500/);
    expect(code).toBe(4);
    // The load would be some 1,800 requests.
    expect(asked).toBeLessThan(100);
  });

  test("proves that a slow network takes nobody's answer away", async () => {
    answer = () => 200;
    const { code, stdout, stderr } = await proofload("run", "smoke", "--experiment", "slow-network", "--gate", "pr");
    expect(`${stdout}${stderr}`).toContain("PASS");
    expect(code).toBe(0);
    const { faults, objectives } = readVerdict(newestRun());
    expect(objectives.map(({ phase, verdict }) => [phase, verdict])).toEqual([
      ["baseline", "pass"],
      ["fault/latency", "pass"],
      ["recovery/latency", "pass"],
    ]);
    expect(faults).toMatchObject([{ name: "latency", proof: { kind: "proven" }, undoProof: { kind: "proven" } }]);
  });
});
