import { readdirSync } from "node:fs";
import { join } from "node:path";

import { afterEach, describe, expect, test } from "vitest";

import { readPlan, readVerdict, startCli } from "./support/cli.ts";
import { ANY_MACHINE, startServer, STEADY, writeProject } from "./support/project.ts";

const SCENARIO = `import http from "k6/http";
export const options = { scenarios: { steady: ${STEADY} } };
export default () => { http.get(__ENV.PROOFLOAD_TARGET_URL + "/", { tags: { name: "GET /" }, headers: { "x-run": __ENV.PROOFLOAD_RUN_ID } }); };
`;
const SLO = `apiVersion: openslo/v1
kind: SLO
metadata: { name: served }
spec:
  service: app
  indicator:
    metadata: { name: served }
    spec:
      ratioMetric:
        counter: true
        bad: { metricSource: { type: Prometheus, spec: { query: 'http_requests_total{job="app",status="500"}' } } }
        total: { metricSource: { type: Prometheus, spec: { query: 'http_requests_total{job="app"}' } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.9 }]
`;

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

/**
 * Plays the same run under a gate with one repeat. Of this service the counters start again in the middle of so many runs: then nobody knows what was
 * lost.
 */
async function play(disturbed: number, ...more: readonly string[]) {
  const seen = { since: 0, run: "", runs: 0, count: 0 };
  const server = await startServer((request, response) => {
    if (request.url === "/metrics") {
      response.setHeader("content-type", "text/plain; version=0.0.4");
      response.end(`# TYPE http_requests_total counter\nhttp_requests_total{status="200"} ${seen.count}\n`);
      return;
    }
    const run = request.headers["x-run"]?.toString();
    if (run === undefined) return void response.end("ready");
    if (run !== seen.run) {
      seen.run = run;
      seen.runs += 1;
      seen.since = 0;
    }
    seen.since += 1;
    seen.count = seen.runs <= disturbed && seen.since === 200 ? 1 : seen.count + 1;
    response.end("hello");
  });
  undo.push(() => server.stop());
  const project = writeProject(server.url, {
    "proofload.yaml": `apiVersion: proofload.dev/v1
kind: Project
metadata: { name: app }
spec:
  service:
    url: ${server.url}
    processes: { app: { metrics: "${server.url}/metrics" } }
  ${ANY_MACHINE}
`,
    "gates/slo/served.yaml": SLO,
    "gates/pr.yaml": `apiVersion: proofload.dev/v1
kind: Gate
metadata: { name: pr }
spec:
  confidence: 0.95
  repeats: 1
  objectives: [{ slo: served, phases: [baseline] }]
`,
    "scenarios/steady.ts": SCENARIO,
  });
  undo.push(() => project.remove());
  const cli = startCli(["run", "steady", ...more], { cwd: project.dir });
  undo.push(() => {
    cli.kill("SIGKILL");
    cli.remove();
  });
  const code = await cli.ended;
  const runs = join(cli.workDir, "runs");
  const ids = readdirSync(runs).toSorted();
  return { cli, code, ids, dirs: ids.map((id) => join(runs, id)) };
}

describe("an inconclusive run", () => {
  test("is played again as often as its gate allows, and the pass says what came before it", async () => {
    const { cli, code, ids, dirs } = await play(1);
    expect([code, cli.stderr()]).toEqual([0, expect.stringContaining("(try 2 of at most 2)")]);
    const [first = "", second = ""] = dirs;
    expect(readVerdict(first)).toMatchObject({
      verdict: "inconclusive",
      exitCode: 3,
      reasons: [{ code: "counter-reset" }],
      tries: { number: 1, of: 2, earlier: [] },
    });
    const verdict = readVerdict(second);
    expect(verdict).toMatchObject({
      verdict: "pass",
      exitCode: 0,
      tries: { number: 2, of: 2, earlier: [{ runId: ids[0] }] },
    });
    expect(verdict.tries?.earlier[0]?.summary).toContain("started again");
    expect(readPlan(second).gate.confidence).toBeCloseTo(0.975, 12);
    expect(cli.stdout().match(/^(?:INCONCLUSIVE|PASS) /gm)).toEqual(["INCONCLUSIVE ", "PASS "]);
  });

  test("is inconclusive in the end when all tries were", async () => {
    const { code, ids } = await play(2);
    expect([code, ids.length]).toEqual([3, 2]);
  });

  test("is played once where nobody wants repeats", async () => {
    const { code, ids, dirs } = await play(1, "--repeats", "0");
    expect([code, ids.length]).toEqual([3, 1]);
    expect(readVerdict(dirs[0] ?? "")).not.toHaveProperty("tries");
  });
});
