import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import type { Env } from "../../lib/env.ts";
import { createNodeEnv } from "../../lib/node-env.ts";
import { checkClock } from "./check-clock.ts";
import { checkDocker } from "./check-docker.ts";
import { checkPrometheus } from "./check-prometheus.ts";
import { checkTarget } from "./check-target.ts";
import { toolsOf } from "./check-tools.ts";
import { answering, around } from "./testing/around.ts";

const NOW = Date.UTC(2026, 5, 30, 12);
const clock = { ...createNodeEnv().clock, now: () => NOW, sleep: async () => undefined };
const at = (skewSeconds: number): { headers: Record<string, string> } => ({
  headers: { date: new Date(NOW + skewSeconds * 1000).toUTCString() },
});

const elsewhere = {
  service: {
    url: "http://127.0.0.1:${port.front}",
    processes: { shop: { ready: "http://shop.example/health" } },
    proxies: { front: { listen: "127.0.0.1:${port.front}", upstream: "shop.example:80", probe: "/" } },
  },
};

describe("a service that somebody else runs", () => {
  test.each([
    ["answers 2xx: all is well", () => new Response(null, { status: 204 }), "ok", "shop answers 204"],
    ["answers 500: it is not ready", () => new Response("", { status: 500 }), "bad", "shop answers 500"],
    ["redirects: that will do", () => new Response("", { status: 302 }), "ok", "shop answers 302"],
    ["answers 404: it is not ready", () => new Response("", { status: 404 }), "bad", "shop answers 404"],
    ["does not answer", () => undefined, "bad", "shop does not answer at http://shop.example/health: ECONNREFUSED"],
  ])("%s", async (_, reply, state, cause) => {
    const findings = await checkTarget.examine(around({ spec: elsewhere, env: answering(reply) }));
    expect(findings).toEqual([
      expect.objectContaining({ check: "service", state, cause: expect.stringContaining(cause) }),
    ]);
  });

  test.each([
    [
      "which a run starts itself is not asked",
      { ...elsewhere.service, processes: { shop: { command: ["./shop"] } } },
      [],
    ],
    ["behind a proxy that is not there yet is not asked", { ...elsewhere.service, processes: {} }, []],
    [
      "without processes is asked at its url",
      { url: "https://shop.example/api" },
      [expect.objectContaining({ cause: "shop answers 200 at https://shop.example/api" })],
    ],
  ])("%s", async (_, service, findings) => {
    const env = answering(() => new Response("", { status: 200 }));
    expect(await checkTarget.examine(around({ spec: { service }, env }))).toEqual(findings);
  });
});

describe("a clock", () => {
  const spec = { ...elsewhere, prometheus: { url: "http://prometheus.example:9090", scrapeInterval: "2s" } };
  const examine = (shop: number, prometheus: number): unknown =>
    checkClock.examine(
      around({
        spec,
        env: { clock, ...answering((url) => new Response("", at(url.includes("prometheus") ? prometheus : shop))) },
      }),
    );

  test("that agrees within a scrape is fine", async () => {
    expect(await examine(1, -2)).toEqual([
      expect.objectContaining({ state: "ok", cause: "shop's agrees within 2.5 s" }),
      expect.objectContaining({ state: "ok", cause: "Prometheus's agrees within 2.5 s" }),
    ]);
  });

  test("of Prometheus that is off makes every phase wrong; one of the service is a warning", async () => {
    expect(await examine(60, -30)).toEqual([
      expect.objectContaining({ state: "warn", cause: "shop's is 60.5 s off this machine's" }),
      expect.objectContaining({ state: "bad", cause: "Prometheus's is -29.5 s off this machine's" }),
    ]);
  });

  test("of who does not answer is no matter here", async () => {
    expect(await checkClock.examine(around({ spec, env: { clock, ...answering(() => undefined) } }))).toEqual([]);
  });
});

describe("a Prometheus that is there already", () => {
  const spec = {
    service: {
      url: "http://shop.example",
      processes: {
        shop: { metrics: "http://shop.example/metrics" },
        own: { command: ["./own"], metrics: "http://127.0.0.1:1234/metrics" },
      },
    },
    prometheus: { url: "http://prometheus.example:9090" },
  };
  interface Server {
    readonly version?: string;
    readonly flags?: Record<string, string>;
    readonly up?: readonly string[];
    readonly scrapeInterval?: string;
  }
  const FLAGS = { "web.enable-remote-write-receiver": "true", "enable-feature": "native-histograms" };
  const examine = ({ version = "2.53.0", flags = FLAGS, up = ["1"], scrapeInterval = "1s" }: Server): unknown => {
    const json = (data: object): Response =>
      Response.json({ status: "success", data }, { headers: { "content-type": "application/json" } });
    const env = answering((url) => {
      const { pathname } = new URL(url);
      if (pathname === "/api/v1/status/buildinfo") return json({ version });
      if (pathname === "/api/v1/status/flags") return json(flags);
      if (pathname === "/api/v1/targets") return json({ activeTargets: [{ labels: { job: "shop" }, scrapeInterval }] });
      if (pathname !== "/api/v1/query") return undefined;
      const result = up.map((value, index) => ({
        metric: { __name__: "up", instance: `shop-${index}`, job: "shop" },
        value: [NOW / 1000, value],
      }));
      return json({ resultType: "vector", result });
    });
    return checkPrometheus.examine(around({ spec, env: { clock, ...env } }));
  };

  test("is asked for what k6 needs and for the jobs that are there", async () => {
    expect(await examine({})).toEqual([
      expect.objectContaining({ state: "ok", cause: "2.53.0 at http://prometheus.example:9090" }),
      expect.objectContaining({ state: "ok", cause: "it takes remote write and native histograms" }),
      expect.objectContaining({ state: "ok", cause: "job shop is up (1 of 1)" }),
    ]);
  });

  test.each<[string, Server, object]>([
    [
      "takes no remote write",
      { flags: { ...FLAGS, "web.enable-remote-write-receiver": "false" } },
      { state: "bad", cure: expect.stringContaining("--web.enable-remote-write-receiver") },
    ],
    [
      "takes no native histograms",
      { flags: { ...FLAGS, "enable-feature": "" } },
      { state: "warn", cure: expect.stringContaining("native-histograms") },
    ],
    ["does not scrape a job", { up: [] }, { state: "bad", cause: "it scrapes no job 'shop'" }],
    [
      "scrapes at another pace",
      { scrapeInterval: "15s" },
      { state: "bad", cause: "it scrapes job shop every 15 s, proofload.yaml says every 1 s" },
    ],
    ["scrapes one that is down", { up: ["1", "0"] }, { state: "bad", cause: "1 of 2 targets of job shop are down" }],
  ])("%s", async (_, server, finding) => {
    expect(await examine(server)).toContainEqual(expect.objectContaining(finding));
  });

  test("and does not answer is one finding", async () => {
    expect(await checkPrometheus.examine(around({ spec, env: { clock, ...answering(() => undefined) } }))).toEqual([
      expect.objectContaining({ state: "bad", cause: expect.stringContaining("does not answer as a Prometheus does") }),
    ]);
  });

  test("and hangs is told so when the check's time is over, at the latest", async () => {
    const over = new AbortController();
    const asked: (AbortSignal | null | undefined)[] = [];
    const hanging: Pick<Env, "fetch"> = {
      fetch: (_, init) =>
        new Promise((_resolve, reject) => {
          asked.push(init?.signal);
          init?.signal?.addEventListener("abort", () => reject(new Error("ended")));
          over.abort(new Error("over"));
        }),
    };
    const surroundings = { ...around({ spec, env: { clock, ...hanging } }), signal: over.signal };
    expect(await checkPrometheus.examine(surroundings)).toEqual([
      expect.objectContaining({ state: "bad", cause: expect.stringContaining("does not answer as a Prometheus does") }),
    ]);
    expect(asked).toHaveLength(1);
  });

  test("is not looked for where a run starts its own", async () => {
    expect(await checkPrometheus.examine(around({ spec: elsewhere }))).toEqual([]);
  });
});

describe("a Docker engine", () => {
  const spec = { service: { url: "http://127.0.0.1:80", processes: { shop: { container: { image: "shop:1" } } } } };

  test("that is not there is told with a cure", async () => {
    const env = { vars: { DOCKER_HOST: "unix:///nowhere/docker.sock" } };
    expect(await checkDocker.examine(around({ spec, env }))).toEqual([
      expect.objectContaining({ state: "bad", cause: expect.stringContaining("/nowhere/docker.sock") }),
    ]);
  });

  test("that hangs is told so before the check's time is over", async () => {
    const dir = mkdtempSync(join(tmpdir(), "proofload-doctor-"));
    const server = createServer(() => undefined);
    try {
      await new Promise<void>((resolve) => server.listen(join(dir, "docker.sock"), resolve));
      const asked: number[] = [];
      const soon = { ...clock, sleep: async (ms: number) => void asked.push(ms) };
      const env = { vars: { DOCKER_HOST: `unix://${dir}/docker.sock` }, clock: soon };
      expect(await checkDocker.examine(around({ spec, env }))).toEqual([
        expect.objectContaining({ state: "bad", cause: expect.stringContaining("no answer within 5 s") }),
      ]);
      expect(asked).toEqual([5000]);
    } finally {
      server.closeAllConnections();
      server.close();
      rmSync(dir, { recursive: true });
    }
  });

  test("is needed by containers only", async () => {
    expect(await checkDocker.examine(around({ spec: elsewhere }))).toEqual([]);
  });
});

test.each([
  ["without a project: all", undefined, ["k6", "prometheus", "toxiproxy"]],
  ["with proxies: Toxiproxy too", elsewhere, ["k6", "prometheus", "toxiproxy"]],
  ["without proxies: no Toxiproxy", { service: { url: "http://shop.example" } }, ["k6", "prometheus"]],
  [
    "with a Prometheus that is there: none of its own",
    { service: { url: "http://shop.example" }, prometheus: { url: "http://prometheus.example" } },
    ["k6"],
  ],
])("the programs of a run %s", (_, spec, tools) => {
  expect(toolsOf(around(spec === undefined ? {} : { spec }).project)).toEqual(tools);
});
