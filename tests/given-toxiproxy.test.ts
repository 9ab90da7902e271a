import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { waitUntilReady } from "../lib/http.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { findFreePorts } from "../lib/process/free-ports.ts";
import { startCli } from "./support/cli.ts";
import type { Cli } from "./support/cli.ts";
import { startPipe } from "./support/http-pipe.ts";
import type { HttpPipe } from "./support/http-pipe.ts";
import { writeChaosProject } from "./support/project.ts";
import type { ChaosProject } from "./support/project.ts";
import { startToxiproxy } from "./support/toxiproxy.ts";
import type { TestToxiproxy } from "./support/toxiproxy.ts";

const env = createNodeEnv();

/** A Toxiproxy that was there before the run and stays after it: what a run leaves in it would stay, too. */
describe("a Toxiproxy of somebody else's", () => {
  let project: ChaosProject;
  let proxyUrl = "";
  let toxiproxy: TestToxiproxy;
  /** Before its API. */
  let pipe: HttpPipe;
  const upstream = createServer((_, response) => response.end("ok"));
  const started: Cli[] = [];

  beforeEach(async () => {
    const { api, proxy } = await findFreePorts(["api", "proxy"]);
    upstream.listen(0, "127.0.0.1");
    await once(upstream, "listening");
    const direct = `127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    toxiproxy = await startToxiproxy(api, { name: "shop", listen: `127.0.0.1:${proxy}`, upstream: direct });
    proxyUrl = `http://127.0.0.1:${proxy}/`;
    pipe = await startPipe({ host: "127.0.0.1", port: api });
    project = writeChaosProject(
      `url: "${proxyUrl}", proxies: { shop: { toxiproxy: "http://127.0.0.1:${pipe.port}", listen: "127.0.0.1:${proxy}", upstream: "${direct}", probe: / } }`,
      "proxy/shop",
    );
  });
  afterEach(async () => {
    for (const cli of started.splice(0)) {
      cli.kill("SIGKILL");
      cli.remove();
    }
    await pipe.stop();
    await toxiproxy.stop();
    upstream.closeAllConnections();
    await new Promise((resolve) => upstream.close(resolve));
    project.remove();
  });

  function start(hold: string): Cli {
    project.experiment(`  hypothesis: It answers, if late.
  steadyState: [{ name: answers, http: { url: /, within: 2s }, when: [before, during, after] }]
  baseline: 300ms
  faults:
    - { name: slow, kind: latency, target: proxy/shop, hold: ${hold}, recovery: 2s, settings: { latency: 100ms } }
    - { name: down, kind: proxy-down, target: proxy/shop, hold: 1s, recovery: 2s }
`);
    const cli = startCli(["chaos", "run", "it"], { cwd: project.dir });
    started.push(cli);
    return cli;
  }
  const left = async (): Promise<unknown> => {
    const proxy = await toxiproxy.client.getProxy("shop");
    return [proxy?.enabled, proxy?.toxics.map(({ name }) => name)];
  };

  test("meets faults, keeps none of them, and is there afterwards", async () => {
    const cli = start("1s");
    const code = await cli.ended;
    // While the proxy is down nothing answers: that refutes the hypothesis.
    expect([code, cli.stdout()]).toEqual([1, expect.stringContaining("answers did not hold during down")]);
    expect(cli.stderr()).toContain("slow: proven");
    expect(await left()).toEqual([true, []]);
    expect(await waitUntilReady(env, proxyUrl, { timeoutMs: 10_000 })).toBe(true);
  });

  test("keeps none when the runner is killed", async () => {
    const cli = start("60s");
    await cli.event("fault-proven");
    expect(await left()).toEqual([true, [expect.stringMatching(/^proofload-.*-slow$/)]]);
    cli.kill("SIGKILL");
    await cli.ended;
    for (let tries = 0; tries < 600 && JSON.stringify(await left()) !== "[true,[]]"; tries += 1) await delay(100);
    expect(await left()).toEqual([true, []]);
  });

  test("must have the proxy", async () => {
    await fetch(`${toxiproxy.apiUrl}/proxies/shop`, { method: "DELETE" });
    const cli = start("1s");
    expect([await cli.ended, cli.stderr()]).toEqual([4, expect.stringContaining("has no enabled proxy 'shop'")]);
  });

  const toxicOf = async (): Promise<unknown> => (await toxiproxy.client.getProxy("shop"))?.toxics.length;

  test("that takes a while to let go of a toxic is waited for", async () => {
    const cli = start("2s");
    await cli.event("fault-proven");
    const until = Date.now() + 12_000;
    pipe.hangs = (asked) => asked.startsWith("DELETE") && Date.now() < until;
    await cli.event("fault-undone");
    expect(Date.now()).toBeGreaterThan(until);
    expect(pipe.count(/^DELETE .*toxics/)).toBeGreaterThan(1);
    expect(await cli.ended).toBe(1);
    expect(await left()).toEqual([true, []]);
  });

  test("that never lets go of a toxic is told, with what ends it, and `chaos recover` ends it later", async () => {
    const cli = start("1s");
    await cli.event("fault-proven");
    pipe.hangs = (asked) => asked.startsWith("DELETE");
    expect([await cli.ended, cli.stdout() + cli.stderr()]).toEqual([
      5,
      expect.stringMatching(/curl -X DELETE http:\/\/127\.0\.0\.1:\d+\/proxies\/shop\/toxics\/proofload-/),
    ]);
    expect(cli.stdout() + cli.stderr()).toContain("slow could not be undone");
    expect(await toxicOf()).toBe(1);
    const recover = startCli(["chaos", "recover"], { cwd: project.dir, vars: { PROOFLOAD_STATE_DIR: cli.stateDir } });
    started.push(recover);
    pipe.hangs = () => false;
    expect([await recover.ended, await toxicOf()]).toEqual([0, 0]);
  });
});
