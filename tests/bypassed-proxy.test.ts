import { Agent, get } from "node:http";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { findFreePorts } from "../lib/process/free-ports.ts";
import { readEvents } from "../cli/run-folder.ts";
import { readVerdict, startCli } from "./support/cli.ts";
import type { Cli } from "./support/cli.ts";
import { ANY_MACHINE, startServer, writeProject } from "./support/project.ts";
import type { TestProject, TestServer } from "./support/project.ts";

/** A service before a store: a fault on the proxy between them tests nothing of a service that goes past it. */
describe("a service whose store is behind a proxy", () => {
  let store: TestServer;
  let service: TestServer;
  let project: TestProject;
  let cli: Cli | undefined;
  let agent: Agent;
  /** Where the service asks its store. */
  let storeUrl = "";
  let proxyUrl = "";

  beforeEach(async () => {
    store = await startServer((_, response) => response.end("here"));
    agent = new Agent();
    service = await startServer((_, response) => {
      get(storeUrl, { agent }, (answer) => answer.pipe(response)).on("error", () => response.writeHead(503).end());
    });
    const { proxy } = await findFreePorts(["proxy"]);
    proxyUrl = `http://127.0.0.1:${proxy}/`;
    project = writeProject(service.url, {
      "proofload.yaml": `apiVersion: proofload.dev/v1
kind: Project
metadata: { name: app }
spec:
  service:
    url: ${service.url}
    processes: { app: {} }
    proxies: { store: { listen: "127.0.0.1:${proxy}", upstream: "${store.url.slice("http://".length)}", probe: / } }
  targets: [proxy/store]
  ${ANY_MACHINE}
`,
      "gates/pr.yaml": `apiVersion: proofload.dev/v1
kind: Gate
metadata: { name: pr }
spec:
  confidence: 0.95
  objectives: [{ slo: availability, phases: [baseline, "fault/*"], target: 0.5 }]
`,
      "scenarios/steady.ts": `import http from "k6/http";
export const options = { scenarios: { steady: {
  executor: "constant-arrival-rate", rate: 60, timeUnit: "1s", duration: "14s", preAllocatedVUs: 60 } } };
export default () => { http.get(__ENV.PROOFLOAD_TARGET_URL + "/"); };
`,
    });
  });
  afterEach(async () => {
    cli?.kill("SIGKILL");
    cli?.remove();
    agent.destroy();
    project.remove();
    await service.stop();
    await store.stop();
  });

  async function run(fault: string): Promise<{ readonly reasons: readonly string[]; readonly unmet: string }> {
    project.write(
      "chaos/experiments/it.yaml",
      `apiVersion: proofload.dev/v1
kind: Experiment
metadata: { name: it }
spec:
  title: it
  hypothesis: It answers.
  baseline: 5s
  faults: [{ name: it, target: proxy/store, hold: 6s, recovery: 2s, ${fault} }]
`,
    );
    cli = startCli(["run", "steady", "--experiment", "it"], { cwd: project.dir });
    await cli.ended;
    const dir = await cli.runDir();
    const events = readEvents(dir);
    expect(
      events.map(({ type }) => type),
      cli.stderr(),
    ).toContain("fault-proven");
    const unmet = events.find((event) => event.type === "fault-unmet");
    return { reasons: readVerdict(dir).reasons.map(({ code }) => code), unmet: unmet?.message ?? "" };
  }
  const LATENCY = "kind: latency, settings: { latency: 250ms }";

  test("and that goes past it, was not tested by the fault: inconclusive", async () => {
    storeUrl = store.url;
    const { reasons, unmet } = await run(LATENCY);
    expect(reasons).toContain("fault-not-met");
    expect(unmet).toContain("nothing but its own proofs passed proxy/store");
    expect(await cli?.ended).toBe(3);
  });

  test.each([
    ["on a new connection each time", LATENCY, {}],
    ["on connections that it keeps", LATENCY, { keepAlive: true, maxSockets: 10 }],
    ["and hears nothing", "kind: timeout", {}],
    ["and is reset", "kind: reset-peer", {}],
  ])("and that goes through it %s, met the fault", async (_, fault, options) => {
    storeUrl = proxyUrl;
    agent = new Agent(options);
    const { reasons } = await run(fault);
    expect(reasons).not.toContain("fault-not-met");
  });
});
