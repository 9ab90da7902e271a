import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { collectPresence } from "../cli/pipeline/collect-presence.ts";
import { collectRanges } from "../cli/pipeline/collect-ranges.ts";
import type { SloFinding } from "../gates/lint/finding.ts";
import { takeCensus } from "../gates/slices/take-census.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { findFreePorts } from "../lib/process/free-ports.ts";
import { createPrometheusClient } from "../lib/prometheus/client.ts";
import { prometheusArgv, prometheusConfig } from "../lib/prometheus/config.ts";
import type { ObjectivePlan } from "../lib/run/plan.ts";
import { ensureTools } from "../lib/tools/index.ts";
import { startCli } from "./support/cli.ts";

let dir = "";
let service: Server | undefined;
let prometheus: ChildProcess | undefined;
let url = "";
let began = 0;

/** Requests of which none failed, a histogram, and two queues. */
function metrics(): string {
  const requests = Math.round((Date.now() / 1000 - began) * 100);
  return [
    "# TYPE r_total counter",
    `r_total{code="200"} ${requests}`,
    "# TYPE d histogram",
    ...["0.1", "0.5", "+Inf"].map((le) => `d_bucket{le="${le}"} ${requests}`),
    `d_count ${requests}`,
    `d_sum ${requests}`,
    "# TYPE queue gauge",
    'queue{name="a"} 3',
    'queue{name="b"} 5',
    "",
  ].join("\n");
}

beforeAll(async () => {
  began = Date.now() / 1000;
  dir = mkdtempSync(join(tmpdir(), "proofload-slo-check-"));
  service = createServer((_, response) => response.writeHead(200, { "content-type": "text/plain" }).end(metrics()));
  await once(service.listen(0, "127.0.0.1"), "listening");
  const target = `http://127.0.0.1:${(service.address() as AddressInfo).port}/metrics`;
  const env = createNodeEnv();
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  const program = (await ensureTools(env, ["prometheus"], options)).get("prometheus")?.path ?? "";
  const port = (await findFreePorts(["own"])).own;
  const configFile = join(dir, "prometheus.yml");
  writeFileSync(configFile, prometheusConfig([{ name: "api", url: target }], 1));
  const [command, ...argv] = prometheusArgv({ program, configFile, dataDir: join(dir, "data"), port });
  prometheus = spawn(command, argv, { stdio: "ignore" });
  url = `http://127.0.0.1:${port}`;
  const client = createPrometheusClient(env, url);
  for (let tries = 0; tries < 600; tries++) {
    const up = await client.query('r_total{job="api"}').catch(() => null);
    if (up?.kind === "ok" && up.series.length > 0) return;
    await delay(200);
  }
  throw new Error("Prometheus has not scraped");
});

afterAll(async () => {
  if (prometheus !== undefined) {
    prometheus.kill("SIGTERM");
    await once(prometheus, "exit");
  }
  service?.close();
  rmSync(dir, { recursive: true, force: true });
});

const slo = (name: string, ratio: string, rest = "") => `apiVersion: openslo/v1
kind: SLO
metadata: {name: ${name}}
spec:
  service: api
  indicator: {metadata: {name: ${name}}, spec: {${ratio}}}
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99${rest}}]
---
`;
const from = (query: string) => `{metricSource: {type: Prometheus, spec: {query: '${query}'}}}`;
const ratio = (good: string, total: string) =>
  `ratioMetric: {counter: true, good: ${from(good)}, total: ${from(total)}}`;
const bad = (part: string) => `ratioMetric: {counter: true, bad: ${from(part)}, total: ${from('r_total{job="api"}')}}`;

async function check(text: string, ...args: readonly string[]) {
  const file = join(dir, "slos.yaml");
  writeFileSync(file, text);
  const cli = startCli(["slo", "check", file, ...args], { cwd: dir });
  try {
    return { code: await cli.ended, stdout: cli.stdout(), stderr: cli.stderr() };
  } finally {
    cli.remove();
  }
}

describe("proofload slo check", () => {
  test("holds SLOs against a real Prometheus", async () => {
    const slos = [
      slo("fine", bad('r_total{job="api",code=~"5.."}')),
      slo("typo", bad('r_total{job="api",staus=~"5.."}')),
      slo("elsewhere", ratio('q_total{code="200"}', "q_total")),
      slo("edge", ratio('d_bucket{le="0.25"}', "d_count")),
      slo("sharp", ratio('d_bucket{le="0.5"}', "d_count")),
      slo("many", `thresholdMetric: ${from("queue")}`, ", op: lt, value: 9"),
      slo("one", `thresholdMetric: ${from("max(queue)")}`, ", op: lt, value: 9"),
      slo("caller", ratio('k6_http_reqs_total{url="/"}', "k6_http_reqs_total")),
    ];
    const text = slos.map((one) => (one.includes("{name: one}") ? one.replace("30d", "90d") : one)).join("");
    const { code, stdout, stderr } = await check(text, "--prometheus", url, "--json");
    expect(stderr).toBe("");
    const findings = JSON.parse(stdout) as readonly SloFinding[];
    expect(
      findings.map((one) => [one.line, one.level, one.code]).filter(([, , code]) => code !== "short-retention"),
    ).toEqual(
      [
        [16, "error", "matches-nothing"],
        [26, "error", "matches-nothing"],
        [36, "error", "no-bucket-edge"],
        [56, "error", "several-series"],
        [76, "warning", "high-cardinality"],
      ].map(([line, level, code]) => [Number(line), level, code]),
    );
    expect(findings.find((one) => one.code === "no-bucket-edge")?.cure).toContain("0.1, 0.5, Infinity");
    // Prometheus keeps 15 days where nobody says otherwise.
    expect(findings.filter((one) => one.code === "short-retention").map(({ message }) => message)).toEqual(
      [
        "30d: no budget of that long can be seen (fine, typo, elsewhere, edge, sharp, many, caller)",
        "90d: no budget of that long can be seen (one)",
      ].map((rest) => `spec.timeWindow[0].duration: Prometheus keeps 15d, which is shorter than ${rest}`),
    );
    expect(code).toBe(2);
  });

  test("answers 0 where there are warnings only, and 4 where Prometheus is away", async () => {
    const warned = slo("fine", ratio('r_total{path="/",code="200"}', "r_total"));
    const alone = await check(warned);
    expect([alone.code, alone.stdout]).toEqual([
      0,
      expect.stringMatching(/^slos\.yaml:6: warning: [^]*\n {4}→ [^]*1 SLO: no errors, 1 warning\n$/),
    ]);
    const away = await check(warned, "--prometheus", `http://127.0.0.1:${(await findFreePorts(["own"])).own}`);
    expect([away.code, away.stdout]).toEqual([4, alone.stdout]);
  });

  test("a gate's expressions are evaluated once per scrape interval, without a hole", async () => {
    const query = 'sum(rate(r_total{job="api"}[3s]))';
    const objective: ObjectivePlan = {
      slo: "x",
      title: "X",
      phase: "baseline",
      target: 0.9,
      minEvents: null,
      abortOnFail: false,
      countedBy: "service",
      indicator: { kind: "threshold", query, op: "gte", value: 50 },
      crossCheck: null,
      source: { file: "x.yaml", line: 1 },
    };
    const start = Date.now() / 1000;
    await delay(11_000);
    const end = Date.now() / 1000;
    await delay(2000);
    const client = createPrometheusClient(createNodeEnv(), url);
    const wide = { from: start - 2, to: end + 1 };
    const [ranges, up] = [await collectRanges(client, [objective], wide, 1), await client.rawSamples("up", wide)];
    const asked = { prometheus: client, objectives: [objective], window: wide, kept: {} };
    const presence = await collectPresence(asked, 1);
    const judged = { from: start + 1, to: end - 1 };
    const census = takeCensus({
      objective,
      window: { phase: "baseline", asked: judged, lastMoment: end, start: "after" },
      evidence: { counters: [], ranges, presence, up },
      scrapeIntervalSeconds: 1,
      excuses: [],
    });
    expect(census).toMatchObject({
      ok: true,
      value: { share: { low: 1 }, instances: [expect.stringContaining("api/")] },
    });
    expect(census.ok && census.value.slices).toBeGreaterThanOrEqual(5);
  });
});
