import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";

import { afterEach, describe, expect, test } from "vitest";

import { createNodeEnv } from "../../lib/node-env.ts";
import type { RunPlan } from "../../lib/run/plan.ts";
import { checkMetrics } from "./check-metrics.ts";

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function page(text: string, status = 200): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end(text)).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

const planFor = (le: string): RunPlan =>
  ({
    gate: {
      objectives: [
        {
          slo: "api-latency",
          indicator: { kind: "good", good: `d_bucket{job="api",le="${le}"}`, total: "d_count" },
          source: { file: "gates/slo/x.yaml", line: 7 },
        },
      ],
    },
  }) as unknown as RunPlan;

const HISTOGRAM = [
  'd_bucket{a="b",le="0.1"} 1',
  'd_bucket{le="0.5",a="b"} 2',
  'd_bucket{le="+Inf"} 2',
  'dd_bucket{le="0.25"} 2',
  "",
].join("\n");
const check = async (url: string, le = "0.5"): Promise<void> =>
  checkMetrics(createNodeEnv(), planFor(le), [{ name: "api", url }], new AbortController().signal);

describe("before the load", () => {
  test("a threshold that is a bucket edge is fine, however it is written", async () => {
    await check(await page(HISTOGRAM), "0.5");
    await check(await page(HISTOGRAM), "0.50");
  });

  test("a threshold between two edges is refused, with the edges there are", async () => {
    await expect(check(await page(HISTOGRAM), "0.25")).rejects.toMatchObject({
      message: 'gates/slo/x.yaml:7: SLO api-latency asks for le="0.25", which is no bucket edge of d_bucket',
      hint: expect.stringContaining("0.1, 0.5, Infinity") as string,
      exitCode: 2,
    });
  });

  test("a histogram that has seen nothing yet is left to the gate", async () => {
    await check(await page("other_total 1\n"));
  });

  test.each([
    ["is missing", 404, "not found", "it answered 404"],
    ["is no metrics page", 200, "<html>hello</html>", "no sample in Prometheus's text format"],
    ["is empty", 200, "", "no sample in Prometheus's text format"],
  ])("a page that %s is an error", async (_, status, text, said) => {
    const url = await page(text, status);
    await expect(check(url)).rejects.toMatchObject({ message: expect.stringContaining(said) as string, exitCode: 4 });
  });

  test("a page that nobody serves is an error with its address", async () => {
    await expect(check("http://127.0.0.1:1/metrics")).rejects.toMatchObject({ code: "not-scrapable", exitCode: 4 });
  });
});
