import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";

import { createNodeEnv } from "../../lib/node-env.ts";
import { readFiles } from "../doctor/read-files.ts";
import { readExperiment, readGate, readProject, readSlos } from "../pipeline/read-config.ts";
import { initVerb } from "../verbs/init.ts";
import type { InitArguments } from "../verbs/init.ts";

const HTTP = "http://127.0.0.1:3000/api";
const real = createNodeEnv();
let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-init-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Runs the verb in a folder called `shop`; answers what it printed. */
function init(args: InitArguments): string {
  const cwd = join(dir, "shop");
  mkdirSync(cwd, { recursive: true });
  let out = "";
  const stdout = { isTTY: false, columns: 80, write: (text: string) => void (out += text) };
  expect(initVerb({ ...real, cwd, stdout }, args)).toBe(0);
  return out;
}

const shop = (...path: readonly string[]): string => join(dir, "shop", ...path);
const read = (...path: readonly string[]): string => readFileSync(shop(...path), "utf8");

/** All files below a folder with their texts. */
function tree(folder: string, prefix = ""): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder).flatMap((name): [string, string][] => {
      const path = join(folder, name);
      return statSync(path).isDirectory()
        ? Object.entries(tree(path, `${prefix}${name}/`))
        : [[`${prefix}${name}`, readFileSync(path, "utf8")]];
    }),
  );
}

describe("an empty folder", () => {
  test("becomes a project that proofload itself finds nothing wrong with", async () => {
    init({ url: HTTP });
    const { project, findings } = await readFiles({ ...real, cwd: shop() }, shop(), null);
    expect(findings).toEqual([expect.objectContaining({ check: "project", state: "ok" })]);
    expect(project?.written.spec.service).toMatchObject({
      url: "http://127.0.0.1:${port.front}/api",
      processes: { app: { ready: HTTP } },
      proxies: { front: { listen: "127.0.0.1:${port.front}", upstream: "127.0.0.1:3000", probe: "/api/" } },
    });
    expect(project?.written.spec.targets).toEqual(["proxy/front"]);
  });

  test("gets an experiment that fits into the load of its scenario", () => {
    init({ url: HTTP });
    const [, warmup = ""] = /warmup: "(\d+)s"/.exec(read("scenarios", "smoke.ts")) ?? [];
    const [, seconds = ""] = /duration: "(\d+)s"/.exec(read("scenarios", "smoke.ts")) ?? [];
    const { faults } = readExperiment(shop(), "slow-network", {
      warmupSeconds: Number(warmup),
      seed: null,
      anySeed: 0,
    });
    const ends = faults.map(
      ({ startSeconds, holdSeconds, recoverySeconds }) => startSeconds + holdSeconds + recoverySeconds,
    );
    expect(faults).toMatchObject([{ kind: "latency", target: "proxy/front" }]);
    expect(Math.max(...ends)).toBeLessThanOrEqual(Number(warmup) + Number(seconds));
  });

  test("gets gates whose SLOs are there, counted by the caller", () => {
    init({ url: HTTP });
    const slos = readSlos(shop());
    expect(slos).toMatchObject([
      {
        name: "availability",
        service: "shop",
        indicator: { kind: "good", good: 'k6_http_reqs_total{expected_response="true"}', total: "k6_http_reqs_total" },
        objectives: [{ target: 0.99 }],
      },
    ]);
    const phasesOf = (gate: string): unknown =>
      readGate(shop(), gate).objectives.map(({ slo, phases }) => [slo, ...phases.map(({ pattern }) => pattern)]);
    expect(phasesOf("smoke")).toEqual([["availability", "baseline"]]);
    expect(phasesOf("pr")).toEqual([["availability", "baseline", "fault/*", "recovery/*"]]);
  });

  test("gets a workflow that may only read, ends, and runs no action that could change", () => {
    init({ url: HTTP });
    const workflow = parse(read(".github", "workflows", "proofload.yml")) as {
      permissions: object;
      concurrency: object;
      jobs: Record<string, { "timeout-minutes": number; steps: { uses?: string; run?: string }[] }>;
    };
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
    const actions = steps.flatMap(({ uses }) => uses ?? []);
    expect(workflow.permissions).toEqual({ contents: "read" });
    expect(workflow.concurrency).toBeDefined();
    for (const job of Object.values(workflow.jobs)) expect(job["timeout-minutes"]).toBeGreaterThan(0);
    expect(actions).toHaveLength(4);
    for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    expect(steps.map(({ run }) => run)).toEqual(
      expect.arrayContaining(["npm ci", "npx proofload ci smoke", "npx proofload publish github"]),
    );
    const github = join(real.packageDir, ".github");
    const own = ["workflows/ci.yml", "actions/proofload/action.yml"]
      .map((file) => readFileSync(join(github, file), "utf8"))
      .join("");
    for (const action of actions) expect(own).toContain(action);
  });

  test("gets a package.json with what the project needs, and git ignores what runs write", () => {
    const out = init({ url: HTTP });
    expect(JSON.parse(read("package.json"))).toMatchObject({
      name: "shop",
      private: true,
      devDependencies: { proofload: expect.stringMatching(/^\^\d/), "@types/k6": expect.stringMatching(/^\^\d/) },
    });
    expect(read(".gitignore").split("\n")).toContain(".proofload/");
    expect(out).toContain("Next:\n  npm install\n  npx proofload run smoke\n");
  });

  test("gets no placeholder of a template", () => {
    init({ url: HTTP });
    init({ url: "https://shop.example", dir: "../secure" });
    for (const [path, text] of Object.entries(tree(dir)))
      expect([path, text]).toEqual([path, expect.not.stringMatching(/<<|>>\w/)]);
  });
});

test("a service with https gets no proxy and no experiment, and is told why", async () => {
  const out = init({ url: "https://shop.example/api" });
  expect(existsSync(shop("chaos"))).toBe(false);
  expect(readProject(shop()).spec).toMatchObject({
    service: { url: "https://shop.example/api", proxies: {} },
    targets: [],
  });
  expect(read("proofload.yaml")).toMatch(/# No proxy .*TLS refuses it/s);
  expect(out).toContain("https service gets no proxy");
});

test("without a URL one is taken, and it is said", () => {
  expect(init({})).toContain("taken to be at http://127.0.0.1:8080: change it in proofload.yaml");
  expect(readProject(shop()).spec.service.processes["app"]?.ready).toBe("http://127.0.0.1:8080");
});

test("a path that YAML would read as a key stays an address", () => {
  init({ url: "http://127.0.0.1:3000/a:" });
  expect(readProject(shop()).spec.service.processes["app"]?.ready).toBe("http://127.0.0.1:3000/a:");
  init({ url: "http://[::1]:3000", force: true });
  expect(readProject(shop()).spec.service.proxies["front"]?.upstream).toBe("[::1]:3000");
});

describe("what is there already", () => {
  test("is kept, and told so", () => {
    mkdirSync(shop("gates"), { recursive: true });
    writeFileSync(shop("gates", "pr.yaml"), "mine");
    writeFileSync(shop("package.json"), '{"name":"mine","devDependencies":{"proofload":"1.0.0"}}');
    const out = init({ url: HTTP });
    expect(read("gates", "pr.yaml")).toBe("mine");
    expect(read("package.json")).toContain('"mine"');
    expect(out).toMatch(/^kept +gates\/pr\.yaml$/m);
    expect(out).toMatch(/^written +gates\/smoke\.yaml$/m);
    expect(out).toContain("package.json lacks @types/k6: npm install --save-dev @types/k6");
    expect(out).toContain("Next:\n  npx proofload doctor\n  npx proofload run smoke\n");
  });

  test("is overwritten with --force, all but package.json and .gitignore", () => {
    init({ url: HTTP });
    const fresh = tree(shop());
    for (const path of Object.keys(fresh)) writeFileSync(shop(path), "mine\n");
    const out = init({ url: HTTP, force: true });
    expect(tree(shop())).toEqual({ ...fresh, "package.json": "mine\n", ".gitignore": "mine\n.proofload/\n" });
    expect(out).toMatch(/^overwritten +proofload\.yaml$/m);
    expect(out).toMatch(/^kept +package\.json$/m);
    expect(out).toMatch(/^added to +\.gitignore$/m);
  });

  test("is the same after a second time", () => {
    init({ url: HTTP });
    const before = tree(shop());
    const out = init({ url: "http://127.0.0.1:4000" });
    expect(tree(shop())).toEqual(before);
    expect(out).not.toMatch(/^(written|overwritten|added to)/m);
  });

  test.each([
    ["node_modules\n.proofload\n", "node_modules\n.proofload\n"],
    ["/.proofload/\r\ndist\r\n", "/.proofload/\r\ndist\r\n"],
    ["dist", "dist\n.proofload/\n"],
    ["", ".proofload/\n"],
  ])("of .gitignore %j becomes %j", (before, after) => {
    mkdirSync(shop());
    writeFileSync(shop(".gitignore"), before);
    init({ url: HTTP });
    expect(read(".gitignore")).toBe(after);
  });

  test("and is a link to nowhere is not followed", () => {
    mkdirSync(shop());
    symlinkSync(join(dir, "nowhere"), shop("proofload.yaml"));
    expect(init({ url: HTTP })).toMatch(/^kept +proofload\.yaml$/m);
    expect(existsSync(join(dir, "nowhere"))).toBe(false);
  });
});

test("another folder is made, and the way there told", () => {
  expect(init({ url: HTTP, dir: "../other" })).toContain("  cd ../other && npm install\n");
  expect(existsSync(join(dir, "other", "proofload.yaml"))).toBe(true);
});

test("a bad URL writes nothing", () => {
  expect(() => init({ url: "shop" })).toThrow("--url: expected http://HOST:PORT");
  expect(readdirSync(shop())).toEqual([]);
});
