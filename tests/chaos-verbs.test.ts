import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { findFreePorts } from "../lib/process/free-ports.ts";
import { leftovers, readExperimentVerdict, ROOT, startCli } from "./support/cli.ts";
import type { Cli } from "./support/cli.ts";

let project = "";
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "proofload-chaos-"));
  cpSync(join(ROOT, "tests", "project"), project, { recursive: true });
  rmSync(join(project, "chaos", "experiments", "slow-then-dead.yaml"));
});
const started: Cli[] = [];
afterEach(() => {
  for (const cli of started.splice(0)) {
    cli.kill("SIGKILL");
    cli.remove();
  }
  rmSync(project, { recursive: true, force: true });
});

/** An experiment of one fault; `spec` is what it has besides. */
function experiment(name: string, fault: string, spec = ""): void {
  writeFileSync(
    join(project, "chaos", "experiments", `${name}.yaml`),
    `apiVersion: proofload.dev/v1
kind: Experiment
metadata: { name: ${name} }
spec:
  title: ${name}
  hypothesis: The API answers.
  baseline: 1500ms
  faults: [{ name: it, ${fault}, recovery: 5s }]
${spec}`,
  );
}
const LATENCY = "kind: latency, target: proxy/store, hold: 4s, settings: { latency: 200ms }";
const KILL = "kind: process-kill, target: process/store, hold: 2s, settings: { recoversWithin: 5s }";
const probe = (status: number): string => `  steadyState:
    - { name: api-answers, http: { url: /health, status: ${status} }, when: [before, during, after] }
`;

function start(...args: readonly string[]): Cli {
  const cli = startCli(args, { cwd: project });
  started.push(cli);
  return cli;
}
async function said(...args: readonly string[]) {
  const cli = start(...args);
  return { cli, code: await cli.ended, out: cli.stdout(), err: cli.stderr() };
}

describe("chaos run", () => {
  test("plays the experiment that was planned, and no other, and passes when its hypothesis held", async () => {
    experiment("slow", LATENCY, probe(200));
    const plan = await said("chaos", "plan", "slow");
    expect(plan.out).toContain("+0 s  it (latency) on proxy/store");
    const hash = /hash (sha256:[0-9a-f]{12})\n/.exec(plan.out)?.[1] ?? "";
    const pinned = await said("chaos", "run", "slow", "--plan-hash", hash);
    expect([pinned.code, pinned.err]).toEqual([0, expect.stringContaining("it: proven")]);
    expect(pinned.out).toMatch(/^PASS {2}1 fault proven and undone, the hypothesis held\n/);
    const dir = await pinned.cli.runDir();
    expect(readExperimentVerdict(dir)).toMatchObject({
      verdict: "pass",
      faults: [{ proof: { kind: "proven" }, undoProof: { kind: "proven" } }],
      probes: [
        { when: "before", verdict: "pass" },
        { when: "during", verdict: "pass" },
        { when: "after", verdict: "pass" },
      ],
    });
    expect(await leftovers(pinned.cli, dir)).toEqual([]);

    // Rendered again from its folder, to the same byte.
    const summary = readFileSync(join(dir, "summary.md"), "utf8");
    rmSync(join(dir, "summary.md"));
    const again = await said("report", dir);
    expect([again.code, again.out.split("\n")[0]]).toEqual([0, pinned.out.split("\n")[0]]);
    expect(readFileSync(join(dir, "summary.md"), "utf8")).toBe(summary);
    writeFileSync(
      join(dir, "verdict.json"),
      readFileSync(join(dir, "verdict.json"), "utf8").replace(/"exitCode": ?0/, '"exitCode": 3'),
    );
    const changedFile = await said("report", dir);
    expect([changedFile.code, changedFile.err]).toEqual([
      2,
      expect.stringContaining("its verdict is 'pass' and its exit code 3"),
    ]);

    experiment("slow", LATENCY.replace("200ms", "300ms"), probe(200));
    const changed = await said("chaos", "run", "slow", "--plan-hash", hash);
    expect([changed.code, changed.err]).toEqual([
      2,
      expect.stringContaining(`would not do what the plan ${hash} says`),
    ]);
    // Before anything is started.
    expect(changed.err).not.toContain("starting the service");
  });

  test("fails when the hypothesis is refuted, and does not begin where it does not hold before", async () => {
    // Of the store itself: it does not answer while it is dead.
    const yaml = join(project, "proofload.yaml");
    const { port } = await findFreePorts(["port"]);
    writeFileSync(
      yaml,
      readFileSync(yaml, "utf8").replaceAll("${port.store}", String(port)).replace("delay-ms=200", "delay-ms=1500"),
    );
    experiment("dead", KILL, probe(200).replace("/health", `http://127.0.0.1:${port}/health`));
    const refuted = await said("chaos", "run", "dead");
    expect([refuted.code, refuted.out]).toEqual([
      1,
      expect.stringMatching(/^FAIL {2}api-answers did not hold during it:/),
    ]);

    experiment("dead", KILL, probe(418));
    const none = await said("chaos", "run", "dead");
    expect([none.code, none.out]).toEqual([3, expect.stringContaining("the steady state was not there before")]);
    expect(none.err).not.toContain("injected");
  });

  test("without any question proves nothing", async () => {
    experiment("slow", LATENCY.replace("4s", "2s"));
    const { code, out } = await said("chaos", "run", "slow");
    expect([code, out]).toEqual([3, expect.stringContaining("asks nothing")]);
  });

  test("of all leaves out what is for a night, says so, and passes for what it did not play never", async () => {
    experiment("a-night", LATENCY.replace("4s", "31m"), probe(200));
    const { code, out, err } = await said("chaos", "run", "all");
    expect([code, out]).toEqual([3, expect.stringMatching(/^NOT PLAYED +a-night +.*it takes 31\smin/m)]);
    expect(err).not.toContain("injected");
    const wrong = await said("chaos", "run", "all", "--longest", "soon");
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("--longest: expected a duration")]);
  });

  test("of all ends with a table, whatever becomes of each", async () => {
    experiment("a-slow", LATENCY.replace("4s", "2s"), probe(200));
    experiment("b-broken", LATENCY.replace("proxy/store", "proxy/none"), probe(200));
    experiment("c-dead", KILL, probe(200));
    const { code, out } = await said("chaos", "run", "all");
    expect([code, out.split("\n").map((line) => line.split(/ {2,}/).slice(0, 3))]).toEqual([
      2,
      [
        ["VERDICT", "EXPERIMENT", "FAULT"],
        ["PASS", "a-slow", "it"],
        ["ERROR", "b-broken", "-"],
        ["PASS", "c-dead", "it"],
        [""],
      ],
    ]);
  });
});

describe("safety", () => {
  test("a halt undoes what is on, at once, and keeps anything from beginning until it is lifted", async () => {
    experiment("slow", LATENCY.replace("4s", "60s"), probe(200));
    const cli = start("chaos", "run", "slow");
    await cli.event("fault-proven");
    const halting = Date.now();
    // Any script can make the file.
    writeFileSync(join(cli.stateDir, "halt"), "customers call\n");
    const undone = await cli.event("fault-undone");
    expect(undone.at * 1000 - halting).toBeLessThan(4500);
    expect([await cli.ended, cli.stdout()]).toEqual([3, expect.stringContaining("customers call")]);

    const vars = { PROOFLOAD_STATE_DIR: cli.stateDir };
    const again = startCli(["chaos", "run", "slow"], { cwd: project, vars });
    started.push(again);
    expect([await again.ended, again.stderr()]).toEqual([4, expect.stringContaining("no fault may be injected")]);
    const lift = startCli(["chaos", "halt", "--lift"], { cwd: project, vars });
    started.push(lift);
    expect([await lift.ended, lift.stdout()]).toEqual([0, "Lifted: faults may be injected again.\n"]);
    expect(readdirSync(cli.stateDir)).not.toContain("halt");
  });

  test("faults in production must be meant", async () => {
    experiment("slow", LATENCY.replace("4s", "2s"), probe(200));
    const yaml = join(project, "proofload.yaml");
    writeFileSync(yaml, readFileSync(yaml, "utf8").replace("spec:\n", "spec:\n  environment: production\n"));
    const refused = await said("chaos", "run", "slow");
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("--yes-production")]);
    const load = await said("run", "brief", "--experiment", "slow");
    expect([load.code, load.err]).toEqual([2, expect.stringContaining("--yes-production")]);
    const meant = await said("chaos", "run", "slow", "--yes-production");
    expect(meant.code).toBe(0);
  });
});

test("chaos list says what there is", async () => {
  experiment("slow", LATENCY);
  const { code, out } = await said("chaos", "list", "--json");
  expect([code, JSON.parse(out)]).toEqual([
    0,
    {
      experiments: [{ name: "slow", title: "slow", faults: [{ kind: "latency", target: "proxy/store" }] }],
      faults: expect.arrayContaining([{ kind: "latency", nature: "held", target: "proxy" }]) as unknown,
    },
  ]);
});
