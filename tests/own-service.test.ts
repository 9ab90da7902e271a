import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { afterEach, describe, expect, test } from "vitest";

import { readEvents } from "../cli/run-folder.ts";
import { ensureTools } from "../lib/tools/index.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { findFreePorts } from "../lib/process/free-ports.ts";
import { startProgram, waitForProgram } from "../lib/process/program.ts";
import { prometheusArgv, prometheusConfig } from "../lib/prometheus/config.ts";
import { leftovers, readEvidence, readVerdict, startCli } from "./support/cli.ts";
import type { Cli } from "./support/cli.ts";
import { ANY_MACHINE, startServer, STEADY, writeProject } from "./support/project.ts";
import type { TestProject } from "./support/project.ts";

const SCENARIO = `import http from "k6/http";
export const options = { scenarios: { steady: ${STEADY} } };
export default () => { http.get(__ENV.PROOFLOAD_TARGET_URL + "/", { tags: { name: "GET /" } }); };
`;

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

/** A project with one scenario, whose proofload.yaml has these lines under `spec`. */
function projectWith(spec: string): TestProject {
  const head = "apiVersion: proofload.dev/v1\nkind: Project\nmetadata: { name: app }\nspec:\n";
  const yaml = `${head}${`${spec}\n${ANY_MACHINE}`.replace(/^/gm, "  ")}\n`;
  const project = writeProject("", { "proofload.yaml": yaml, "scenarios/steady.ts": SCENARIO });
  undo.push(() => project.remove());
  return project;
}

function runIn(project: TestProject, ...more: readonly string[]): Cli {
  const cli = startCli(["run", "steady", ...more], { cwd: project.dir });
  undo.push(() => {
    cli.kill("SIGKILL");
    cli.remove();
  });
  return cli;
}

async function answering(status = 200): Promise<string> {
  const seen = { requests: 0 };
  const server = await startServer((request, response) => {
    if (request.url === "/metrics") {
      response.setHeader("content-type", "text/plain; version=0.0.4");
      response.end(`# TYPE http_requests_total counter\nhttp_requests_total ${seen.requests}\n`);
      return;
    }
    if (request.url === "/") seen.requests += 1;
    response.writeHead(status).end("hello");
  });
  undo.push(() => server.stop());
  return server.url;
}

/** What a run left, beside the service that is not its own. */
async function left(cli: Cli, url: string): Promise<readonly string[]> {
  return (await leftovers(cli, await cli.runDir())).filter((what) => what !== `port ${new URL(url).port}`);
}

const nobodyAt = async (): Promise<string> => `http://127.0.0.1:${(await findFreePorts(["nobody"])).nobody}`;

/** A server that its start command leaves running, and its stop command ends; both say in a file that they ran. */
async function startAndStop(): Promise<{ readonly project: TestProject; readonly said: () => string }> {
  const { port } = await findFreePorts(["port"]);
  const project = projectWith(
    [
      `service:`,
      `  url: http://127.0.0.1:${port}`,
      `  processes:`,
      `    app:`,
      `      start: ["\${node}", start.cjs]`,
      `      stop: ["\${node}", stop.cjs]`,
      `      env: { ZONE: b }`,
    ].join("\n"),
  );
  const say = (what: string): string => `require("fs").appendFileSync("said", "${what} " + process.env.ZONE + "\\n");`;
  project.write(
    "server.cjs",
    `require("http").createServer((_, response) => response.end("hello")).listen(${port}, "127.0.0.1"); ${say("up")}`,
  );
  // Without the run's mark, as what an engine or a service manager starts.
  project.write(
    "start.cjs",
    `const { PROOFLOAD_RUN_ID, ...env } = process.env; const child = require("child_process").spawn(process.execPath, ["server.cjs"], { env, detached: true, stdio: "inherit" }); require("fs").writeFileSync("pid", String(child.pid)); child.unref();`,
  );
  project.write("stop.cjs", `process.kill(Number(require("fs").readFileSync("pid", "utf8"))); ${say("down")}`);
  undo.push(() => {
    try {
      process.kill(Number(readFileSync(join(project.dir, "pid"), "utf8")), "SIGKILL");
    } catch {
      // It was stopped, as it should be.
    }
  });
  const file = join(project.dir, "said");
  return { project, said: () => (existsSync(file) ? readFileSync(file, "utf8") : "") };
}

describe("a service with a start and a stop command", () => {
  test("is started, loaded, judged and stopped", async () => {
    const { project, said } = await startAndStop();
    const cli = runIn(project);
    expect(await cli.ended, cli.stderr()).toBe(0);
    expect(cli.stdout()).toMatch(/^PASS {2}/);
    expect(said()).toBe("up b\ndown b\n");
    expect(await leftovers(cli, await cli.runDir())).toEqual([]);
  });

  test("is stopped by the guardian when the runner is killed", async () => {
    const { project, said } = await startAndStop();
    const cli = runIn(project);
    await cli.event("load-started");
    cli.kill("SIGKILL");
    expect(await cli.ended).toBe("SIGKILL");
    const dir = await cli.runDir();
    for (let tries = 0; tries < 600 && (await leftovers(cli, dir)).length > 0; tries += 1) await delay(100);
    expect(said()).toBe("up b\ndown b\n");
    expect(await leftovers(cli, dir)).toEqual([]);
  });
});

describe("a service that somebody else runs", () => {
  test.each([
    ["answers 500", () => answering(500), "answers 500"],
    ["is not there", nobodyAt, "does not answer (connect ECONNREFUSED"],
  ])("and that %s ends the run with 4 before any load", async (_, urlOf, said) => {
    const url = await urlOf();
    const cli = runIn(projectWith(`service: { url: ${url}, processes: { app: { readyWithin: 1s } } }`));
    expect(await cli.ended).toBe(4);
    expect(cli.stderr()).toContain(`app was not ready within 1 s: ${url} ${said}`);
    expect(cli.stderr()).toContain("The run does not start app");
    const dir = await cli.runDir();
    expect(readEvents(dir).map(({ type }) => type)).not.toContain("load-started");
    expect(await left(cli, url)).toEqual([]);
  });

  test("is its url alone, also one that an environment gives", async () => {
    const url = await answering();
    const project = projectWith(`service: { url: ${await nobodyAt()} }\nenvironments: { here: { url: ${url} } }`);
    const wrong = runIn(project);
    expect(await wrong.ended).toBe(4);
    expect(wrong.stderr()).toContain("the service does not answer on");
    const right = runIn(project, "--env", "here");
    expect(await right.ended, right.stderr()).toBe(0);
    expect(await left(right, url)).toEqual([]);
  });
});

/** So much memory no k6 has. */
const OTHER_K6_BYTES = 9e15;

/** A real Prometheus of somebody else's, that scrapes job app, and another k6. */
async function prometheusFor(appUrl: string, options: { readonly remoteWrite: boolean }): Promise<string> {
  const env = createNodeEnv();
  const { port } = await findFreePorts(["port"]);
  const folder = projectWith("");
  const other = await startServer((_, response) => {
    response.setHeader("content-type", "text/plain; version=0.0.4");
    response.end(`process_cpu_seconds_total 0\nprocess_resident_memory_bytes ${OTHER_K6_BYTES}\n`);
  });
  undo.push(() => other.stop());
  const jobs = [
    { name: "app", url: `${appUrl}/metrics` },
    { name: "k6", url: `${other.url}/metrics` },
  ];
  folder.write("prometheus.yml", prometheusConfig(jobs, 1));
  const { signal } = new AbortController();
  const tool = (await ensureTools(env, ["prometheus"], { signal, onProgress: () => undefined })).get("prometheus");
  const argv = prometheusArgv({
    program: tool?.path ?? "prometheus",
    configFile: join(folder.dir, "prometheus.yml"),
    dataDir: join(folder.dir, "data"),
    port,
  }).filter((arg) => options.remoteWrite || arg !== "--web.enable-remote-write-receiver");
  const spec = {
    name: "prometheus",
    argv: argv as [string, ...string[]],
    cwd: folder.dir,
    logFile: join(folder.dir, "prometheus.log"),
    readyUrl: `http://127.0.0.1:${port}/-/ready`,
    readyTimeoutMs: 60_000,
  };
  const program = await startProgram(env, "somebody-else", spec);
  undo.push(() => program.stop({ graceMs: 2000 }));
  await waitForProgram(env, program, spec, signal);
  return `http://127.0.0.1:${port}`;
}

describe("a Prometheus that is there already", () => {
  const specWith = (app: string, prometheus: string, more = ""): string =>
    [
      `service:`,
      `  url: ${app}`,
      `  requests: http_requests_total{job="app"}`,
      `  processes: { app: { metrics: ${app}/metrics } }`,
      `prometheus: { url: ${prometheus}/${more} }`,
    ].join("\n");

  test("is used, and the run starts none", async () => {
    const app = await answering();
    const prometheus = await prometheusFor(app, { remoteWrite: true });
    const cli = runIn(projectWith(specWith(app, prometheus)));
    expect(await cli.ended, cli.stderr() + cli.stdout()).toBe(0);
    const dir = await cli.runDir();
    expect(existsSync(join(dir, "prometheus"))).toBe(false);
    expect(readVerdict(dir)).toMatchObject({ verdict: "pass" });
    const { load } = readEvidence(dir);
    expect(load.requestsSeenByService).toBeGreaterThanOrEqual(load.requests ?? Infinity);
    // What it calls k6 is another program: this machine tells of the run's own.
    expect(load.cpuShare).toBeGreaterThan(0);
    expect(load.memoryPeakBytes).toBeGreaterThan(10e6);
    expect(load.memoryPeakBytes).toBeLessThan(OTHER_K6_BYTES);
    // It is not the run's to clear: what was sent there is still there.
    const reply = await fetch(`${prometheus}/api/v1/query?query=count(last_over_time(k6_http_reqs_total[10m]))`);
    expect(await reply.text()).toMatch(/"value":\[[\d.]+,"[1-9]/);
    expect(await left(cli, app)).toEqual([]);
  });

  test("that takes no remote write ends the run with 4", async () => {
    const app = await answering();
    const cli = runIn(projectWith(specWith(app, await prometheusFor(app, { remoteWrite: false }))));
    expect(await cli.ended).toBe(4);
    expect(cli.stderr()).toContain("takes no remote writes");
    expect(cli.stderr()).toContain("--web.enable-remote-write-receiver");
  });

  test("that scrapes at another interval ends the run with 2", async () => {
    const app = await answering();
    const prometheus = await prometheusFor(app, { remoteWrite: true });
    const cli = runIn(projectWith(specWith(app, prometheus, ", scrapeInterval: 500ms")));
    expect(await cli.ended).toBe(2);
    expect(cli.stderr()).toContain("scrapeInterval is 0.5 s, but");
    expect(cli.stderr()).toContain("scrapes job app every 1 s");
  });
});
