import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";

import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";

import { createNodeEnv } from "../lib/node-env.ts";
import { cacheDirs } from "../lib/tools/cache-dir.ts";
import { ROOT } from "./support/cli.ts";
import { startServer, STEADY, writeProject, type TestProject, type TestServer } from "./support/project.ts";

const EXAMPLES = join(ROOT, "docs", "examples");
const SCENARIO = `import http from "k6/http";
export const options = { scenarios: { ci: ${STEADY} } };
export default () => { http.get(__ENV.PROOFLOAD_TARGET_URL + "/", { tags: { name: "GET /" } }); };
`;

let service: TestServer;
/** How many requests are answered well; then they are not any more. */
let good = Number.POSITIVE_INFINITY;
let project: TestProject;
beforeEach(async () => {
  good = Number.POSITIVE_INFINITY;
  service = await startServer((_, response) => {
    good -= 1;
    response.writeHead(good >= 0 ? 200 : 500).end("hello");
  });
  const example = (name: string): string => readFileSync(join(EXAMPLES, name), "utf8");
  project = writeProject(service.url, {
    "scenarios/ci.ts": SCENARIO,
    "gate.sh": example("gate.sh"),
    Makefile: example("Makefile"),
    ".gitlab-ci.yml": example("gitlab-ci.yml"),
    // As `npm ci` leaves it.
    "node_modules/.bin/proofload": `#!/bin/sh\nexec node ${join(ROOT, "dist", "proofload.js")} "$@"\n`,
  });
  chmodSync(join(project.dir, "node_modules/.bin/proofload"), 0o755);
});
afterEach(async () => {
  project.remove();
  await service.stop();
});

interface Ended {
  readonly exitCode?: number;
  readonly all: string;
}

function play(argv: readonly [string, ...string[]], vars: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const [program, ...args] = argv;
  const env = { PROOFLOAD_STATE_DIR: join(project.dir, ".state"), ...vars };
  return execa(program, args, { cwd: project.dir, env, reject: false, all: true });
}

describe.each([
  ["a service that keeps its SLO", Number.POSITIVE_INFINITY, 0],
  ["a service that does not", 100, 1],
])("%s", (_, answers, exitCode) => {
  beforeEach(() => {
    good = answers;
  });

  test("is gated by gate.sh, which ends with the gate's own code", async () => {
    const ended = await play(["sh", "gate.sh"], { OUT: "out" });
    expect([ended.exitCode, ended.all]).toEqual([exitCode, expect.stringContaining(exitCode === 0 ? "PASS" : "FAIL")]);
    expect(ended.all).toContain("availability");
    expect(existsSync(join(project.dir, "out", "ci.json"))).toBe(true);
  });

  test("is gated by make gate", async () => {
    const ended = await play(["make", "gate"]);
    // make has one code for whatever goes wrong.
    expect([ended.exitCode, ended.all]).toEqual([exitCode === 0 ? 0 : 2, expect.any(String)]);
    if (exitCode !== 0) expect(ended.all).toContain(`Error ${exitCode}`);
    expect(existsSync(join(project.dir, ".proofload", "ci", "ci.json"))).toBe(true);
  });

  test("is gated by the GitLab job, which leaves every file that it names", async () => {
    const job = readJob();
    const ended = await play(asGitlab(job.script), job.variables);
    expect([ended.exitCode, ended.all]).toEqual([exitCode, expect.any(String)]);
    const after = await play(asGitlab(job.after_script), job.variables);
    expect([after.exitCode, after.all]).toEqual([0, expect.any(String)]);
    const { paths, reports } = job.artifacts;
    for (const pattern of [...paths, reports.junit, reports.load_performance]) {
      expect(await filesLike(pattern), pattern).not.toEqual([]);
    }
    const [junit = ""] = await filesLike(reports.junit);
    expect(readFileSync(join(project.dir, junit), "utf8")).toContain(`failures="${exitCode === 0 ? 0 : 1}"`);
    const { metrics } = JSON.parse(readFileSync(join(project.dir, reports.load_performance), "utf8")) as {
      metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
    };
    // What GitLab's widget shows; 60 requests a second for 7 s.
    expect(metrics["http_reqs"]?.["rate"]).toBeGreaterThan(50);
    expect(metrics["http_reqs"]?.["rate"]).toBeLessThan(70);
    expect(metrics["http_req_waiting"]?.["p(90)"]).toBeGreaterThan(0);
    expect(metrics["http_req_waiting"]?.["p(95)"]).toBeGreaterThanOrEqual(
      metrics["http_req_waiting"]?.["p(90)"] ?? 1e9,
    );
    const failed = metrics["http_req_failed"]?.["value"];
    if (exitCode === 0) expect(failed).toBe(0);
    else expect(failed).toBeGreaterThan(0.5);
  });
});

test("experiments and scenarios that are named reach proofload", async () => {
  const vars = { SCENARIO: "load", GATE: "own", EXPERIMENTS: "one two" };
  project.write("node_modules/.bin/proofload", '#!/bin/sh\n[ "$1" = chaos ] || echo "asked: $*"\n');
  const asked = (out: string): string => `asked: ci load --gate own --out ${out} --experiment one`;
  project.write(".proofload/ci/earlier/summary.md", "of an earlier gate\n");
  utimesSync(join(project.dir, ".proofload/ci/earlier/summary.md"), 1, 1);
  const said = (await play(["sh", "gate.sh"], vars)).all;
  expect(said).toContain(`${asked(".proofload/ci")} two`);
  expect(said).not.toContain("of an earlier gate");
  const words = Object.entries(vars).map(([name, value]) => `${name}=${value}`);
  expect((await play(["make", "gate", ...words])).all).toContain(`${asked(".proofload/ci")} --experiment two`);
});

interface GitlabJob {
  readonly variables: Readonly<Record<string, string>>;
  readonly script: readonly string[];
  readonly after_script: readonly string[];
  readonly artifacts: {
    readonly when: string;
    readonly paths: readonly string[];
    readonly reports: { readonly junit: string; readonly load_performance: string };
  };
}

/** The job of the example with its variables as GitLab fills them; the cache of the tools is where the job has it. */
function readJob(): GitlabJob {
  const { proofload: job } = parse(readFileSync(join(project.dir, ".gitlab-ci.yml"), "utf8")) as {
    proofload: GitlabJob;
  };
  expect(job.artifacts.when).toBe("always");
  const filled = Object.entries(job.variables).map(([name, value]) => [
    name,
    value.replaceAll("$CI_PROJECT_DIR", project.dir),
  ]);
  const cache = join(project.dir, ".cache", "proofload");
  mkdirSync(dirname(cache), { recursive: true });
  symlinkSync(cacheDirs(createNodeEnv())[0], cache);
  const given = { CI: "true", GITLAB_CI: "true", CI_PROJECT_DIR: project.dir, CI_COMMIT_SHORT_SHA: "0badc0de" };
  return { ...job, variables: { ...given, ...(Object.fromEntries(filled) as Record<string, string>) } };
}

/** The lines as GitLab's runner has bash run them. */
function asGitlab(lines: readonly string[]): readonly [string, ...string[]] {
  const file = join(project.dir, "script.sh");
  writeFileSync(file, ["set -eo pipefail", ...lines].join("\n"));
  return ["bash", file];
}

async function filesLike(pattern: string): Promise<readonly string[]> {
  const { stdout } = await execa("bash", ["-c", 'compgen -G "$1" || true', "-", pattern], { cwd: project.dir });
  return stdout.split("\n").filter((line) => line !== "");
}
