import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env as vars } from "node:process";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { bundleScenario } from "../lib/k6/bundle.ts";
import { k6RunArgv, k6RunVars } from "../lib/k6/command.ts";
import type { K6RunOptions } from "../lib/k6/command.ts";
import { inspectScenario } from "../lib/k6/inspect.ts";
import { readK6Log } from "../lib/k6/log.ts";
import { waitForLoad } from "../lib/k6/rest.ts";
import { parseK6Summary } from "../lib/k6/summary.ts";
import { checkThresholds } from "../lib/k6/thresholds-check.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { findFreePorts } from "../lib/process/free-ports.ts";
import { exitText, startProgram } from "../lib/process/program.ts";
import type { Program } from "../lib/process/program.ts";
import { k6ExitReason } from "../lib/run/k6-exit-codes.ts";
import { ensureTools } from "../lib/tools/index.ts";
import { ROOT } from "./support/cli.ts";

/** Also the source of lib/k6/testing/fixtures. */
const RECORDED = `import { check } from "k6";
import { endpoint, kpi, shape } from "proofload/kit";

const good = endpoint("GET /good");
const bad = endpoint("GET /bad");
const sold = kpi("sold");
let turn = 0;

export const options = {
  ...shape({ rate: 40, warmup: "1s", worstLatency: "100ms", stages: [{ duration: "2s", level: 1 }] }),
  thresholds: {
    "http_req_duration{name:GET /good}": ["p(99)<1000", "max<0.001"],
    "http_req_failed{name:GET /bad}": ["rate<=0.001"],
    "http_req_duration{status:418}": ["p(95)<1"],
    "http_req_failed{status:418}": ["rate<0.1"],
    "http_reqs{status:418}": ["count<1"],
    checks: ["rate>0.99"],
  },
};

export default function (): void {
  turn += 1;
  check(good.get("/good"), { "is 200": ({ status }) => status === 200 });
  if (turn % 5 === 0) bad.get("/bad");
  if (turn % 7 === 0) throw new TypeError("the journey's own mistake");
  sold.add(1);
}
`;

/** Knows nothing of the kit, opens a file beside it, and takes its time to set up. */
const BARE = `import http from "k6/http";
import { sleep } from "k6";
const path = JSON.parse(open("./data.json")).path;
export const options = { scenarios: { own: { executor: "constant-arrival-rate", rate: 20, duration: "30s", preAllocatedVUs: 5 } } };
export function setup() { sleep(1); return { path }; }
export default function (data) { http.get(__ENV.PROOFLOAD_TARGET_URL + data.path + (__ENV.VITEST ?? "")); }
`;

/** Sends what it must not show. */
const SECRET = `import { endpoint, variable } from "proofload/kit";
import { Counter, Gauge, Rate } from "k6/metrics";
const token = variable("API_TOKEN").text();
const get = endpoint("GET /{token}");
new Counter("errors"); new Gauge("level"); new Rate("share");
export const options = {
  scenarios: { own: { executor: "constant-arrival-rate", rate: 20, duration: "30s", preAllocatedVUs: 5 } },
  setupTimeout: "90s",
  thresholds: { errors: ["count==0"], "errors{kind:new}": ["count==0"], level: ["value<5"], share: ["rate<1"] },
};
export default () => { get.get("/" + token, { tags: { kind: "old" } }); }
`;

/** Nobody answers it, and it makes a mistake. */
const DEAD = `import { endpoint } from "proofload/kit";
const gone = endpoint("GET /gone");
export const options = { scenarios: { own: { executor: "constant-arrival-rate", rate: 20, duration: "1s", preAllocatedVUs: 5 } } };
let turn = 0;
export default () => { gone.get("/gone"); turn += 1; if (turn === 2) throw new TypeError("its own mistake"); };
`;

const env = createNodeEnv();
const signal = new AbortController().signal;
const dir = mkdtempSync(join(tmpdir(), "proofload-k6-"));
const asked = new Map<string, number>();
const server = createServer(({ url = "" }, response) => {
  asked.set(url, (asked.get(url) ?? 0) + 1);
  response.statusCode = url === "/bad" ? 500 : 200;
  response.end("ok");
});
const programs: Program[] = [];
let url = "";
let k6 = { path: "", version: "" };

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const chosen = vars["PROOFLOAD_TEST_K6"];
  if (chosen === undefined) {
    const tools = await ensureTools(env, ["k6"], { signal, onProgress: () => undefined });
    k6 = tools.get("k6") ?? k6;
  } else {
    const { stdout } = await env.run({ argv: [chosen, "version"], timeoutMs: 60_000 });
    k6 = { path: chosen, version: /v(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? "unknown" };
  }
});

afterAll(async () => {
  await Promise.all(programs.map((program) => program.stop({ graceMs: 1000 })));
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Bundles a scenario and asks k6 for its options, as a run does. */
async function prepare(name: string, source: string, scenarioEnv: Readonly<Record<string, string>> = {}) {
  const file = join(dir, `${name}.ts`);
  writeFileSync(file, source);
  const bundle = join(dir, `${name}.js`);
  await bundleScenario({ file, outFile: bundle, packageDir: ROOT });
  const all = {
    PROOFLOAD_SCENARIO: name,
    PROOFLOAD_RUN_ID: "run-1",
    PROOFLOAD_TARGET_URL: url,
    PROOFLOAD_TRACE_SHARE: "1",
    ...scenarioEnv,
  };
  const overrides = { rate: null, durationSeconds: null, scale: null };
  const inspected = await inspectScenario(env, {
    program: k6.path,
    bundle,
    file,
    scenario: name,
    scenarioEnv: all,
    overrides,
    signal,
  });
  checkThresholds({ inspected, bundleText: readFileSync(bundle, "utf8"), sloThresholds: {} });
  return { inspected, bundle, scenarioEnv: all };
}

/** Starts k6 as a run does; nobody takes its remote write. */
async function start(
  name: string,
  source: string,
  more: Partial<K6RunOptions> = {},
  vars: Readonly<Record<string, string>> = {},
) {
  const { inspected, bundle, scenarioEnv } = await prepare(name, source, vars);
  const { k6: port } = await findFreePorts(["k6"]);
  const address = `127.0.0.1:${port}`;
  const summaryFile = join(dir, `${name}.summary.json`);
  const logFile = join(dir, `${name}.log`);
  const options: K6RunOptions = {
    program: k6.path,
    version: k6.version,
    bundle,
    address,
    prometheusUrl: "http://127.0.0.1:9",
    histograms: "native",
    constantMemory: false,
    gogc: undefined,
    openTelemetry: null,
    scenarioEnv: { ...scenarioEnv, PROOFLOAD_SUMMARY: summaryFile },
    ...more,
  };
  const program = await startProgram(env, "run-1", {
    name: "k6",
    argv: k6RunArgv(options),
    cwd: dir,
    vars: k6RunVars(options),
    logFile,
    readyUrl: null,
    readyTimeoutMs: 0,
  });
  programs.push(program);
  return { program, address, summaryFile, logFile, inspected };
}

async function codeOf(program: Program): Promise<number> {
  const exit = await program.exited;
  if (exit.kind !== "exited") throw new Error(exitText(exit));
  return exit.code;
}

describe("a real k6", () => {
  test("runs a scenario behind the stub, and tells of all that went wrong in its summary and its log", async () => {
    const { program, summaryFile, logFile, inspected } = await start("recorded", RECORDED);
    expect(inspected.load).toMatchObject({ executor: "ramping-arrival-rate", durationSeconds: 3, warmupSeconds: 1 });
    expect(inspected.declared).toEqual({ requests: ["GET /good", "GET /bad"], metrics: ["sold"] });
    expect(k6ExitReason(await codeOf(program)).kind).toBe("threshold");
    const summary = parseK6Summary(readFileSync(summaryFile, "utf8"));
    expect(summary?.requests).toBe((asked.get("/good") ?? 0) + (asked.get("/bad") ?? 0));
    expect(summary?.failedRequests).toBe(asked.get("/bad"));
    expect(summary?.exceptions).toBeGreaterThan(5);
    const held = (metric: string) => summary?.thresholds.filter((one) => one.metric === metric).map((one) => one.held);
    expect(held("http_req_failed{name:GET /bad}")).toEqual([false]);
    expect(held("http_req_duration{status:418}")).toEqual([null]);
    expect(held("checks")).toEqual([true]);
    const log = await readK6Log(logFile);
    expect(log.scriptError).toMatch(/^TypeError: the journey's own mistake \(at .*recorded\.ts:25:/);
    expect(log.failures[0]).toMatchObject({ name: "GET /bad", status: 500 });
    expect(log.outputErrors.first).toContain("Prometheus remote write");
  });

  test("begins its load after setup(), gives the script nothing of this environment, and leaves a summary when it is stopped", async () => {
    writeFileSync(join(dir, "data.json"), '{ "path": "/from-a-file" }');
    const { program, address, summaryFile, inspected } = await start("bare", BARE);
    expect(inspected.load).toMatchObject({ executor: "constant-arrival-rate", scenario: "bare", maxVUs: 5 });
    expect(inspected.tags).toMatchObject({ scenario: "own", testid: "run-1" });
    const begunMs = env.clock.monotonicMs();
    const giveUp = (): boolean => program.exit() !== null;
    expect(await waitForLoad(env, address, { timeoutMs: 60_000, signal, giveUp })).toBe(true);
    expect(env.clock.monotonicMs() - begunMs).toBeGreaterThan(700);
    while (!asked.has("/from-a-file") && !giveUp()) await env.clock.sleep(20);
    await program.stop({ graceMs: 60_000, signal: "SIGINT" });
    expect(k6ExitReason(await codeOf(program)).kind).toBe("stopped");
    expect(parseK6Summary(readFileSync(summaryFile, "utf8"))?.requests).toBeGreaterThan(0);
  });

  test("gives the script variables that no command line shows, and holds thresholds on what was never counted as they are meant", async () => {
    const { program, address, summaryFile, inspected } = await start("secret", SECRET, {}, { API_TOKEN: "hidden" });
    expect(inspected.load.setupTimeoutSeconds).toBe(90);
    const giveUp = (): boolean => program.exit() !== null;
    expect(await waitForLoad(env, address, { timeoutMs: 60_000, signal, giveUp })).toBe(true);
    while (!asked.has("/hidden") && !giveUp()) await env.clock.sleep(20);
    expect(asked.get("/hidden")).toBeGreaterThan(0);
    const commandLine = readFileSync(`/proc/${program.pid}/cmdline`, "utf8");
    expect(commandLine).toContain("secret.js");
    expect(commandLine).not.toContain("hidden");
    await program.stop({ graceMs: 60_000, signal: "SIGINT" });
    expect(k6ExitReason(await codeOf(program)).kind).toBe("stopped");
    const held = parseK6Summary(readFileSync(summaryFile, "utf8"))?.thresholds.map((one) => [one.metric, one.held]);
    expect(Object.fromEntries(held ?? [])).toEqual({
      errors: true,
      "errors{kind:new}": null,
      level: null,
      share: null,
    });
  });

  test("in constant memory keeps no summary and no warnings, and is not held up by an OpenTelemetry that nobody takes", async () => {
    const { program, address, summaryFile, logFile } = await start(
      "soak",
      DEAD,
      { constantMemory: true, histograms: "classic", openTelemetry: { endpoint: "127.0.0.1:9", protocol: "grpc" } },
      { PROOFLOAD_TARGET_URL: "http://127.0.0.1:9" },
    );
    const giveUp = (): boolean => program.exit() !== null;
    expect(await waitForLoad(env, address, { timeoutMs: 60_000, signal, giveUp })).toBe(true);
    const begunMs = env.clock.monotonicMs();
    expect(k6ExitReason(await codeOf(program)).kind).toBe("ended");
    // The load's second, and without the shorter time-out 10 s more.
    expect(env.clock.monotonicMs() - begunMs).toBeLessThan(10_500);
    expect(existsSync(summaryFile)).toBe(false);
    const { outputErrors, scriptError, failures } = await readK6Log(logFile);
    expect(outputErrors.count).toBeGreaterThan(0);
    expect(scriptError).toMatch(/^TypeError: its own mistake \(at .*soak\.ts:5:/);
    expect(failures[0]).toMatchObject({ name: "GET /gone", status: 0 });
    expect(readFileSync(logFile, "utf8")).not.toContain("Request Failed");
  });

  test("warns of each request that failed in a short load", async () => {
    const { program, logFile } = await start("dead", DEAD, {}, { PROOFLOAD_TARGET_URL: "http://127.0.0.1:9" });
    expect(k6ExitReason(await codeOf(program)).kind).toBe("ended");
    expect(readFileSync(logFile, "utf8").match(/"msg":"Request Failed"/g)?.length).toBeGreaterThan(10);
  });

  test("refuses a threshold on a request that the kit does not make, and takes one where k6's own client is used", async () => {
    const options =
      'export const options = { vus: 1, duration: "1s", thresholds: { "http_req_failed{name:GET /god}": ["rate<1"] } };';
    const kit = `import { endpoint } from "proofload/kit"; endpoint("GET /good"); ${options} export default () => {};`;
    await expect(prepare("kit-only", kit)).rejects.toMatchObject({
      code: "bad-threshold",
      message: expect.stringContaining("did you mean 'GET /good'?"),
    });
    await prepare("own-client", `import http from "k6/http"; ${kit} export const own = () => http.get("/");`);
  });

  test.each([
    ["a metric that is none", 'thresholds: { http_req_duratoin: ["p(95)<1"] }', "Did you mean 'http_req_duration'?"],
    ["two scenarios", "scenarios: { a: S, b: S }", "Give each a file"],
    ["iterations that are shared", "vus: 2, iterations: 5", "shape()"],
    ["an unknown expression", 'thresholds: { http_reqs: ["p(95)<1"] }, vus: 1, duration: "1s"', undefined],
  ])("refuses %s, before any load", async (name, options, hint) => {
    const source = `const S = { executor: "constant-vus", vus: 1, duration: "1s" }; export const options = { ${options} }; export default () => S;`;
    const thrown: unknown = await prepare(`refused-${name.replaceAll(" ", "-")}`, source).catch(
      (error: unknown) => error,
    );
    expect(thrown).toMatchObject({ code: "bad-scenario", exitCode: 2 });
    if (hint !== undefined) expect(thrown).toMatchObject({ hint: expect.stringContaining(hint) });
  });
});
