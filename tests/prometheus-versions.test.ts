import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env as vars } from "node:process";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createNodeEnv } from "../lib/node-env.ts";
import { findFreePorts } from "../lib/process/free-ports.ts";
import { startProgram, waitForProgram } from "../lib/process/program.ts";
import type { Program } from "../lib/process/program.ts";
import { createPrometheusClient } from "../lib/prometheus/client.ts";
import type { PrometheusClient } from "../lib/prometheus/client.ts";
import { prometheusArgv, prometheusConfig } from "../lib/prometheus/config.ts";
import { readScrapeIntervals } from "../lib/prometheus/scrape-intervals.ts";
import { ensureTools } from "../lib/tools/index.ts";
import { callGate, folderOf, sloText, verdictOf } from "./support/gate.ts";
import { writeTo } from "./support/other-server.ts";
import { startServer } from "./support/project.ts";
import type { TestServer } from "./support/project.ts";

/** What differs between the versions of Prometheus, on the one that PROOFLOAD_TEST_PROMETHEUS names; else on the one that runs would use. */
const env = createNodeEnv();
const signal = new AbortController().signal;
const dir = mkdtempSync(join(tmpdir(), "proofload-prometheus-"));
const services: TestServer[] = [];
let [program, version, url] = ["", "", ""];
let prometheus: Program | undefined;
let client: PrometheusClient;
let began = 0;
/** A window of whole scrapes that all services have behind them. */
const window = { from: 0, to: 0 };

const SECONDS = 8;
const METRICS = "http_request_duration_seconds";

/** 100 requests a second, 10 of which take longer than a second where the service is slow. */
function page(slow: boolean): string {
  const requests = Math.round((env.clock.now() - began) / 10);
  const quick = slow ? Math.round(requests * 0.9) : requests;
  return [
    `# TYPE ${METRICS} histogram`,
    `${METRICS}_bucket{le="0.5"} ${Math.round(quick / 2)}`,
    `${METRICS}_bucket{le="1"} ${quick}`,
    `${METRICS}_bucket{le="+Inf"} ${requests}`,
    `${METRICS}_count ${requests}`,
    `${METRICS}_sum ${requests / 2}`,
    "",
  ].join("\n");
}

const PAGES: Readonly<Record<string, { readonly slow: boolean; readonly contentType: string | null }>> = {
  healthy: { slow: false, contentType: "text/plain; version=0.0.4" },
  slow: { slow: true, contentType: "text/plain; version=0.0.4" },
  untyped: { slow: false, contentType: null },
};

beforeAll(async () => {
  began = env.clock.now() - 10_000;
  const chosen = vars["PROOFLOAD_TEST_PROMETHEUS"];
  if (chosen === undefined) {
    const tool = (await ensureTools(env, ["prometheus"], { signal, onProgress: () => undefined })).get("prometheus");
    [program, version] = [tool?.path ?? "", tool?.version ?? ""];
  } else {
    const { stdout, stderr } = await env.run({ argv: [chosen, "--version"], timeoutMs: 10_000 });
    [program, version] = [chosen, /version (\d+\.\d+\.\d+)/.exec(stdout + stderr)?.[1] ?? ""];
  }
  const jobs: { name: string; url: string }[] = [];
  for (const [name, { slow, contentType }] of Object.entries(PAGES)) {
    const service = await startServer((_, response) => {
      if (contentType !== null) response.setHeader("content-type", contentType);
      response.end(page(slow));
    });
    services.push(service);
    jobs.push({ name, url: `${service.url}/metrics` });
  }
  const port = (await findFreePorts(["own"])).own;
  url = `http://127.0.0.1:${port}`;
  const configFile = join(dir, "prometheus.yml");
  writeFileSync(configFile, prometheusConfig(jobs, 1, { version }));
  const spec = {
    name: "prometheus",
    argv: prometheusArgv({ program, configFile, dataDir: join(dir, "data"), port }),
    cwd: dir,
    logFile: join(dir, "prometheus.log"),
    readyUrl: `${url}/-/ready`,
    readyTimeoutMs: 60_000,
  };
  prometheus = await startProgram(env, "versions", spec);
  await waitForProgram(env, prometheus, spec, signal);
  client = createPrometheusClient(env, url);
  const scraped = async (): Promise<number> => {
    const up = await client.query("up == 1");
    return up.kind === "ok" ? up.series.length : 0;
  };
  for (let tries = 0; tries < 240 && (await scraped()) < jobs.length; tries += 1) await env.clock.sleep(250);
  await env.clock.sleep((SECONDS + 2) * 1000);
  window.to = env.clock.now() / 1000 - 1;
  window.from = window.to - SECONDS;
});

afterAll(async () => {
  await prometheus?.stop({ graceMs: 2000 });
  await Promise.all(services.map((service) => service.stop()));
  rmSync(dir, { recursive: true, force: true });
});

/** Asks the gate whether 95 % of a job's requests took a second at the most. */
async function judge(job: string, edge = "1") {
  const part = `${METRICS}_bucket{job="${job}",le="${edge}"}`;
  const folder = folderOf({
    "slo.yaml": sloText({ name: "quick", kind: "good", part, total: `${METRICS}_count{job="${job}"}`, target: 0.95 }),
  });
  const times = ["--from", String(window.from), "--to", String(window.to)];
  const answer = await callGate(folder.dir, ["--slo", "slo.yaml", "--prometheus", url, ...times, "--json"]);
  folder.remove();
  return { ...verdictOf(answer), exitCode: answer.exitCode, stderr: answer.stderr };
}

describe("a real Prometheus", () => {
  test("says who it is, how often it scrapes and what it takes", async () => {
    expect((await client.identify())?.version).toContain(version);
    const intervals = await readScrapeIntervals(env, url);
    expect(Object.fromEntries(intervals ?? [])).toEqual({ healthy: [1], slow: [1], untyped: [1] });
    expect(await client.features()).toEqual({ remoteWrite: true, nativeHistograms: true });
  });

  test.each(["1", "1.0"])("has a bucket le=%j however that is spelt, and a healthy service passes", async (edge) => {
    const { verdict, exitCode, objectives, prometheus: asked } = await judge("healthy", edge);
    expect([verdict, exitCode], JSON.stringify(objectives[0]?.reason)).toEqual(["pass", 0]);
    expect(objectives[0]).toMatchObject({ reason: { code: "interval-inside" }, instancesSeen: [expect.any(String)] });
    expect(objectives[0]?.events?.total).toBeGreaterThan((SECONDS - 2) * 100);
    expect(objectives[0]?.warnings).toEqual([]);
    expect(asked).toMatchObject({ version: expect.stringContaining(version) as string, scrapeIntervalSeconds: 1 });
  });

  test("a service that is too slow fails", async () => {
    const { verdict, exitCode, objectives } = await judge("slow");
    expect([verdict, exitCode, objectives[0]?.reason.code]).toEqual(["fail", 1, "interval-outside"]);
  });

  test("a page that does not say what it is is scraped", async () => {
    expect(await judge("untyped")).toMatchObject({ verdict: "pass", exitCode: 0 });
  });

  test("a window has its first and its last sample, and those between its parts once", async () => {
    const at = Math.floor(env.clock.now() / 1000) - 60;
    const offsets = [-0.001, 0, 9.999, 10, 10.001, 20, 25, 25.001];
    const samples = offsets.map((offset, index) => [at + offset, index] as const);
    await writeTo({ url, writeUrl: `${url}/api/v1/write` }, [{ labels: { __name__: "edges" }, samples }]);
    const inside = samples.slice(1, -1).map(([time, value]) => [Math.round(time * 1000) / 1000, value]);
    for (const seconds of [10, 3600]) {
      const outcome = await client.rawSamples("edges", { from: at, to: at + 25 }, seconds);
      expect(outcome).toMatchObject({ kind: "ok", series: [{ samples: inside }], warnings: [], infos: [] });
    }
  });
});
