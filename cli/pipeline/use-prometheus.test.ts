import { describe, expect, test } from "vitest";

import type { Env } from "../../lib/env.ts";
import { createNodeEnv } from "../../lib/node-env.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import { createVirtualClock } from "../../lib/testing/virtual-clock.ts";
import { checkGivenPrometheus } from "./use-prometheus.ts";

const url = "http://prometheus.invalid:9090";
const job = (name: string): { readonly name: string; readonly url: string } => ({ name, url: "http://127.0.0.1:1/m" });

/** A Prometheus that answers with these values of `up` in turn, the last one for ever, and scrapes its jobs at these intervals. */
function server(
  ups: readonly Readonly<Record<string, number>>[],
  intervals: Readonly<Record<string, string>> | null = {},
): { readonly env: Env; readonly client: PrometheusClient; readonly waitedMs: () => number } {
  const clock = createVirtualClock();
  const left = [...ups];
  const client = {
    url,
    query: async () => {
      const up = (left.length > 1 ? left.shift() : left[0]) ?? {};
      const series = Object.entries(up).map(([name, value]) => ({ labels: { job: name }, samples: [[0, value]] }));
      return { kind: "ok", series, warnings: [], infos: [] };
    },
  } as unknown as PrometheusClient;
  const activeTargets = Object.entries(intervals ?? {}).map(([name, scrapeInterval]) => ({
    labels: { job: name },
    scrapeInterval,
  }));
  const reply =
    intervals === null ? "404 page not found" : JSON.stringify({ status: "success", data: { activeTargets } });
  const env = { ...createNodeEnv(), clock, fetch: async () => new Response(reply) };
  const begunMs = clock.monotonicMs();
  return { env, client, waitedMs: () => clock.monotonicMs() - begunMs };
}

const check = (
  { env, client }: ReturnType<typeof server>,
  jobs: readonly string[],
  scrapeInterval = 1,
): Promise<void> =>
  checkGivenPrometheus(env, client, { jobs: jobs.map(job), scrapeInterval, signal: new AbortController().signal });

describe("a Prometheus that was there before", () => {
  test("is fine when it scrapes every job, as often as said", async () => {
    await check(server([{ api: 1, store: 1 }], { api: "15s", store: "15s", node: "1m" }), ["api", "store"], 15);
  });

  test("is fine where nothing has metrics", async () => {
    await check(server([{}]), []);
  });

  test("is given the time to see a service that has only just started", async () => {
    const given = server([{}, { api: 0 }, { api: 1 }], { api: "1s" });
    await check(given, ["api"]);
    expect(given.waitedMs()).toBe(1000);
  });

  test("that does not scrape a job is an error which names it, and what is scraped", async () => {
    const given = server([{ node: 1, api: 0 }], { api: "1s" });
    await expect(check(given, ["api"])).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(/does not scrape api: no up\{job="api"\} of 1 within 30 s/) as string,
      hint: expect.stringContaining("It knows: node, api.") as string,
    });
    expect(given.waitedMs()).toBe(30_000);
  });

  test("is waited for as long as three of its scrapes take", async () => {
    const given = server([{}], { api: "1m" });
    await expect(check(given, ["api"], 60)).rejects.toThrow("within 180 s");
  });

  test("that scrapes at another interval is an error which says both", async () => {
    await expect(check(server([{ api: 1 }], { api: "15s" }), ["api"])).rejects.toMatchObject({
      exitCode: 2,
      message: `proofload.yaml: spec.prometheus.scrapeInterval is 1 s, but ${url} scrapes job api every 15 s`,
    });
  });

  test("that does not tell its interval is taken at its word", async () => {
    await check(server([{ api: 1 }], null), ["api"]);
  });
});
