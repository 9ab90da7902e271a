import { readFileSync } from "node:fs";
import { join } from "node:path";

import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";

import { publishRemoteWrite } from "../cli/publish/remote-write.ts";
import type { RunRecord } from "../lib/run/record.ts";
import { FAILING, PASSING } from "../reports/testing/fixtures.ts";
import { ROOT } from "./support/cli.ts";
import { startEmptyPrometheus, type History } from "./support/history.ts";
import { startServer, STEADY, writeProject } from "./support/project.ts";

let prometheus: History;
beforeAll(async () => {
  prometheus = await startEmptyPrometheus();
});
afterAll(() => prometheus.stop());

const ended = (record: RunRecord): number => record.events.at(-1)?.at ?? 0;
const push = (records: readonly RunRecord[]): Promise<void> =>
  publishRemoteWrite(
    { vars: { PROOFLOAD_REMOTE_WRITE_URL: `${prometheus.url}/api/v1/write` }, cwd: "/", fetch },
    records,
  );

/** The same run, so many seconds later. */
function later(record: RunRecord, seconds: number): RunRecord {
  return { ...record, events: record.events.map((event) => ({ ...event, at: event.at + seconds })) };
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

async function query(promql: string, at: number): Promise<readonly Sample[]> {
  const body = new URLSearchParams({ query: promql, time: String(at) });
  const reply = await fetch(`${prometheus.url}/api/v1/query`, { method: "POST", body });
  const { data } = (await reply.json()) as {
    data: { result: readonly { metric: Sample[0]; value: readonly [number, string] }[] };
  };
  return data.result.map(({ metric, value }) => {
    const labels = Object.entries(metric).filter(([name]) => name !== "__name__");
    return [Object.fromEntries(labels), Number(value[1])];
  });
}

const RUN = { service: "checkout", scenario: "ci", gate: "pr", experiment: "slow-then-dead", environment: "ci" };

test("a real Prometheus takes runs, and answers what they came to", async () => {
  const recovering = PASSING.verdict.faults.map((fault) => ({
    ...fault,
    times: {
      effective: null,
      firstBreach: null,
      mitigated: null,
      alertPending: null,
      alertFiring: null,
      undone: null,
      recovered: null,
      toDetect: null,
      toMitigate: null,
      toRecover: { seconds: 1.6, uncertaintySeconds: 0.1 },
    },
  }));
  const recovery = { withinSeconds: 5, seenSeconds: 1.25, uncertaintySeconds: 1 };
  const judged = PASSING.verdict.objectives.map((objective) =>
    objective.phase === "recovery/process-kill" ? { ...objective, recovery } : objective,
  );
  const passing: RunRecord = {
    ...PASSING,
    verdict: { ...PASSING.verdict, faults: recovering, objectives: judged },
  };
  const failing = later(FAILING, 3600);
  // The later one first: the order in a request must not matter.
  await push([failing, passing]);

  const at = ended(passing);
  const verdicts = await query("proofload_run_verdict", at + 1);
  expect(Object.fromEntries(verdicts.map(([labels, value]) => [labels["verdict"], value]))).toEqual({
    pass: 1,
    fail: 0,
    inconclusive: 0,
    error: 0,
  });
  expect(await query('proofload_run_verdict{verdict="fail"}', ended(failing) + 1)).toEqual([
    [{ ...RUN, verdict: "fail" }, 1],
  ]);
  const [first] = passing.events;
  expect((await query("proofload_run_duration_seconds", at))[0]?.[1]).toBeCloseTo(at - (first?.at ?? 0), 6);

  const { objectives } = passing.verdict;
  for (const { slo, phase, value, interval, target, events } of objectives) {
    const selector = `{slo="${slo}",phase="${phase}"}`;
    const names = ["good_ratio", "good_ratio_lower", "good_ratio_upper", "target_ratio", "events"];
    const answers = await Promise.all(names.map((name) => query(`proofload_objective_${name}${selector}`, at)));
    expect(answers.map((answer) => answer.map(([, number]) => number))).toEqual(
      [value, interval?.low, interval?.high, target, events?.total].map((number) => [number]),
    );
  }
  expect(await query("count(proofload_objective_good_ratio)", at)).toEqual([[{}, objectives.length]]);
  const kill = { ...RUN, fault: "process-kill", kind: "process-kill", target: "process checkout" };
  expect(await query('proofload_fault_recovery_seconds{kind="process-kill"}', at)).toEqual([[kill, 1.6]]);

  expect(
    (await query("proofload_objective_recovery_seconds", at)).map(([labels, value]) => [labels["phase"], value]),
  ).toEqual([["recovery/process-kill", 1.25]]);

  // Again the same is no error; an older run behind a newer one is, with Prometheus's own words.
  await push([failing]);
  await expect(push([later(PASSING, 600)])).rejects.toThrow(/\/api\/v1\/write: it answered 400: out of order/);
});

test("objectives of one SLO in one phase are told apart by their target", async () => {
  const [objective] = PASSING.verdict.objectives;
  if (objective === undefined) throw new Error("no objective");
  const objectives = [objective, { ...objective, target: 0.5 }];
  const record = later({ ...PASSING, verdict: { ...PASSING.verdict, objectives } }, 7200);
  await push([record]);
  const found = await query('proofload_objective_target_ratio{target!=""}', ended(record));
  expect(found.map(([labels, value]) => [labels["target"], value]).toSorted()).toEqual([
    ["0.5", 0.5],
    ["0.999", 0.999],
  ]);
});

/** The line of nightly-soak.yml that publishes to a place. */
function nightlyLine(place: string): string {
  const { jobs } = parse(readFileSync(join(ROOT, ".github", "workflows", "nightly-soak.yml"), "utf8")) as {
    jobs: { soak: { steps: readonly { readonly run?: string }[] } };
  };
  const found = jobs.soak.steps.find(({ run }) => run?.includes(`publish ${place}`) === true);
  if (found?.run === undefined) throw new Error(`nightly-soak.yml does not publish to ${place}`);
  return found.run;
}

test("the lines of the nightly workflow publish what was played, and say what refused it without the secret", async () => {
  const marked: string[] = [];
  const grafana = await startServer((request, response) => {
    marked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    request.resume().on("end", () => response.writeHead(marked.length > 1 ? 403 : 200).end("no s3cret-token here"));
  });
  const service = await startServer((_, response) => response.end("hello"));
  const project = writeProject(service.url, {
    "scenarios/ci.ts": `import http from "k6/http";
export const options = { scenarios: { ci: ${STEADY} } };
export default () => { http.get(__ENV.PROOFLOAD_TARGET_URL + "/", { tags: { name: "GET /" } }); };
`,
  });
  const vars = {
    PROOFLOAD_STATE_DIR: join(project.dir, ".state"),
    RUNS: join(project.dir, ".proofload", "ci"),
    PROOFLOAD_REMOTE_WRITE_URL: `${prometheus.url}/api/v1/write`,
    // As a workflow has it of a secret that is not there.
    PROOFLOAD_REMOTE_WRITE_TOKEN: "",
    PROOFLOAD_GRAFANA_URL: grafana.url,
    PROOFLOAD_GRAFANA_TOKEN: "s3cret-token",
  };
  const bash = (line: string) => execa("bash", ["-e", "-c", line], { cwd: ROOT, env: vars, reject: false, all: true });
  try {
    const cli = join(ROOT, "dist", "proofload.js");
    const played = await execa("node", [cli, "ci"], { cwd: project.dir, env: vars, reject: false, all: true });
    expect([played.exitCode, played.all]).toEqual([0, expect.stringContaining("PASS")]);
    const written = await bash(nightlyLine("remote-write"));
    expect([written.exitCode, written.all]).toEqual([0, "remote-write: 1 run published"]);
    expect(await query('last_over_time(proofload_run_verdict{service="app"}[5m]) == 1', Date.now() / 1000)).toEqual([
      [{ service: "app", scenario: "ci", gate: "pr", verdict: "pass" }, 1],
    ]);
    const told = await bash(nightlyLine("grafana"));
    expect([told.exitCode, marked]).toEqual([0, ["POST /api/annotations Bearer s3cret-token"]]);
    const refused = await bash(nightlyLine("grafana"));
    expect(refused.exitCode).toBe(4);
    expect(refused.all).toContain("it answered 403: no *** here");
    expect(refused.all).toContain("PROOFLOAD_GRAFANA_TOKEN");
    expect(refused.all).not.toContain("s3cret-token");
  } finally {
    project.remove();
    await service.stop();
    await grafana.stop();
  }
});
