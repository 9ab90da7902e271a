import { execFileSync } from "node:child_process";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { waitUntilReady } from "../lib/http.ts";
import { createNodeEnv } from "../lib/node-env.ts";
import { findFreePorts } from "../lib/process/free-ports.ts";
import type { ExperimentVerdict } from "../lib/run/verdict.ts";
import { readExperimentVerdict, startCli } from "./support/cli.ts";
import type { Cli } from "./support/cli.ts";
import { buildNodeImage, NODE_IMAGE, removeNodeImage, whyNoDocker } from "./support/docker.ts";
import { writeChaosProject } from "./support/project.ts";
import type { ChaosProject } from "./support/project.ts";

const env = createNodeEnv();
const without = await whyNoDocker();
const title = `experiments on real containers${without === null ? "" : ` (skipped: ${without})`}`;
const SERVER = `require("http").createServer((_, response) => response.end("ok")).listen(8080, "0.0.0.0");`;
const docker = (...args: readonly string[]): string => execFileSync("docker", args, { encoding: "utf8" }).trim();
const NAMES = ["a", "b", "c"].map((letter) => `proofload-shop-${process.pid}-${letter}`);
const LABEL = `shop=${process.pid}`;

describe.skipIf(without !== null)(title, () => {
  let project: ChaosProject;
  let ports: readonly number[] = [];
  const started: Cli[] = [];

  beforeAll(() => buildNodeImage());
  afterAll(() => removeNodeImage());
  beforeEach(async () => {
    ports = Object.values(await findFreePorts(["a", "b", "c"]));
    for (const [index, name] of NAMES.entries()) {
      const labels = ["--label", LABEL, "--label", "proofload.target=true"];
      const published = ["--publish", `127.0.0.1:${ports[index]}:8080`, "--restart", "unless-stopped"];
      docker("run", "--detach", "--name", name, ...labels, ...published, NODE_IMAGE, "-e", SERVER);
    }
    for (const port of ports) {
      expect(await waitUntilReady(env, `http://127.0.0.1:${port}/`, { timeoutMs: 60_000 })).toBe(true);
    }
    // No fault is aimed at the container that stands for the service: a run that begins beside another's fault
    // asks it first.
    project = writeChaosProject(
      `url: "http://127.0.0.1:${ports[2]}/", containers: { first: { name: ${NAMES[0]}, ready: "http://127.0.0.1:${ports[0]}/" } }`,
      "container/first",
    );
  });
  afterEach(() => {
    for (const cli of started.splice(0)) {
      cli.kill("SIGKILL");
      cli.remove();
    }
    docker("rm", "--force", ...NAMES);
    project.remove();
  });

  function start(
    faults: string,
    spec = "",
    { args = [], vars = {} }: { args?: readonly string[]; vars?: Record<string, string> } = {},
  ): Cli {
    project.experiment(`  hypothesis: The others answer.
  baseline: 500ms
  steadyState: [{ name: answers, http: { url: / }, when: [before, after] }]
${spec}  faults:
${faults}`);
    const cli = startCli(["chaos", "run", "it", ...args], { cwd: project.dir, vars });
    started.push(cli);
    return cli;
  }
  const select = (rest: string): string =>
    `    - { name: it, kind: container-kill, select: { labels: { shop: "${process.pid}" } }, hold: 1s, recovery: 4s, settings: { recoversWithin: 10s }${rest} }\n`;
  const startsOf = (): readonly string[] =>
    NAMES.map((name) => docker("inspect", "--format", "{{.State.StartedAt}}", name));
  const verdictOf = async (cli: Cli): Promise<ExperimentVerdict> => readExperimentVerdict(await cli.runDir());

  test("a selection kills one of three that opted in, the one that the seed draws, which comes back by itself", async () => {
    const before = startsOf();
    const cli = start(select(""), "", { args: ["--seed", "7"] });
    expect([await cli.ended, cli.stdout()]).toEqual([0, expect.stringMatching(/^PASS/)]);
    const after = startsOf();
    const killed = NAMES.filter((_, index) => before[index] !== after[index]);
    expect(killed).toHaveLength(1);
    const [fault] = (await verdictOf(cli)).faults;
    expect(fault?.target).toBe(`container/${killed[0]}`);

    const again = start(select(""), "", { args: ["--seed", "7"] });
    expect(await again.ended).toBe(0);
    expect((await verdictOf(again)).faults[0]?.target).toBe(fault?.target);
  });

  test("more than the blast radius allows, and none at all, are refused before anything happens", async () => {
    const before = startsOf();
    const many = start(select(", take: 2"));
    expect([await many.ended, many.stderr()]).toEqual([2, expect.stringContaining("its blast radius allows 1")]);
    const share = start(select(", take: 2"), "  blastRadius: { targets: 2, share: 0.5 }\n");
    expect([await share.ended, share.stderr()]).toEqual([2, expect.stringContaining("2 of 3 containers is more than")]);
    const none = start(select("").replace(`"${process.pid}"`, `"nobody"`));
    expect([await none.ended, none.stderr()]).toEqual([2, expect.stringContaining("none that runs fits")]);
    expect(startsOf()).toEqual(before);
  });

  test("a network partition is undone by the guardian when the runner is killed", async () => {
    const cli = start(
      "    - { name: it, kind: network-partition, target: container/first, hold: 60s, recovery: 1s }\n",
    );
    await cli.event("fault-proven");
    const url = `http://127.0.0.1:${ports[0]}/`;
    expect(await waitUntilReady(env, url, { timeoutMs: 300 })).toBe(false);
    cli.kill("SIGKILL");
    await cli.ended;
    expect(await waitUntilReady(env, url, { timeoutMs: 30_000 })).toBe(true);
  });

  test("containers that share a network are one target of what breaks it, in one run and in two", async () => {
    const [first = "", joined = ""] = NAMES;
    docker("rm", "--force", joined);
    const labels = ["--label", LABEL, "--label", "proofload.target=true"];
    docker(
      "run",
      "--detach",
      "--name",
      joined,
      ...labels,
      "--network",
      `container:${first}`,
      NODE_IMAGE,
      "-e",
      "setInterval(() => {}, 1000)",
    );
    const loss = (target: string): string =>
      `    - { name: it, kind: packet-loss, ${target}, hold: 20s, recovery: 2s, settings: { loss: 0.3 } }\n`;
    const both = start(
      loss(`select: { labels: { shop: "${process.pid}" } }, take: all`),
      "  blastRadius: { targets: 3 }\n",
    );
    expect([await both.ended, both.stderr()]).toEqual([
      2,
      expect.stringContaining(`container/${first} and container/${joined} share what packet-loss would break`),
    ]);
    expect(both.stderr()).not.toContain("injected");

    const one = start(loss("target: container/first"));
    await one.event("fault-proven");
    const vars = { PROOFLOAD_STATE_DIR: one.stateDir };
    const other = start(loss(`select: { name: ${joined} }`), "", { vars });
    expect([await other.ended, other.stderr()]).toEqual([
      4,
      expect.stringContaining("has its fault it on container/first"),
    ]);
    expect(await one.ended, one.stderr()).toBe(0);
  });
});
