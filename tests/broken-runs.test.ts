import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { afterEach, describe, expect, test } from "vitest";

import { readEvents } from "../cli/run-folder.ts";
import { leftovers, readEvidence, readVerdict, startCli, startRun } from "./support/cli.ts";
import type { Cli } from "./support/cli.ts";

const BRIEF = ["brief", "--experiment", "slow-then-dead"] as const;
let cli: Cli | undefined;
afterEach(() => cli?.remove());

const pidOf = (dir: string, program: string): number => {
  const started = readEvents(dir).find((event) => event.type === "process-started" && event.process === program);
  if (started?.type !== "process-started") throw new Error(`${program} was not started`);
  return started.pid;
};

describe("a run that nothing disturbs", () => {
  test("passes, says so in one line, and leaves nothing but its folder", async () => {
    cli = startRun(BRIEF);
    expect(await cli.ended, cli.stderr()).toBe(0);
    const dir = await cli.runDir();
    expect(cli.stdout()).toMatch(/^PASS {2}.*\n +objective +phase .*\n {2}PASS {2}api-availability +baseline /);
    expect(readVerdict(dir)).toMatchObject({ verdict: "pass", exitCode: 0 });
    expect(readVerdict(dir).faults.map(({ proof, undoProof }) => [proof.kind, undoProof.kind])).toEqual([
      ["proven", "proven"],
      ["proven", "proven"],
    ]);
    const reports = ["report.html", "summary.md", "junit.xml", "load-performance.json"];
    for (const file of ["plan.json", "evidence.json", ...reports, "faults.journal"]) {
      expect(existsSync(join(dir, file)), file).toBe(true);
      expect(cli.stdout().includes(file)).toBe(reports.includes(file));
    }
    expect(await leftovers(cli, dir)).toEqual([]);
    // The samples are in evidence.json: the database is not kept.
    expect(existsSync(join(dir, "prometheus", "data"))).toBe(false);
    // A report can be made again from the folder, byte for byte.
    const before = readFileSync(join(dir, "report.html"), "utf8");
    const again = startCli(["report", dir, "--explain", "api-availability"]);
    expect(await again.ended).toBe(0);
    expect(again.stdout()).toMatch(/^api-availability in baseline: .*\n1\. window .*\n2\. queries\n/m);
    expect(readFileSync(join(dir, "report.html"), "utf8")).toBe(before);
    again.remove();
  });
});

describe("expressions", () => {
  test("hold where what they read was there, and prove nothing where it was not", async () => {
    cli = startRun(["brief", "--gate", "values"]);
    expect(await cli.ended, cli.stderr()).toBe(3);
    const { objectives } = readVerdict(await cli.runDir());
    expect(objectives.map(({ slo, reason }) => [slo, reason.code])).toEqual([
      ["memory", "slices-held"],
      ["outbox", "slices-held"],
      ["quantile", "slices-held"],
      ["vus", "slices-held"],
      ["error-rate", "slices-held"],
      ["alarm", "no-data"],
    ]);
    expect(objectives.at(-1)?.reason.message).toContain("http_errors_tota: there is no such series");
  });
});

describe("Prometheus", () => {
  test("that dies in mid-run is started again; its gap stays a gap and gives 3", async () => {
    cli = startRun(BRIEF);
    await cli.event("fault-proven");
    const dir = await cli.runDir();
    const first = pidOf(dir, "prometheus");
    process.kill(first, "SIGKILL");
    expect(await cli.ended, cli.stderr()).toBe(3);
    const starts = readEvents(dir).filter(
      (event) => event.type === "process-started" && event.process === "prometheus",
    );
    expect(starts).toHaveLength(2);
    const evidence = readEvidence(dir);
    expect(evidence.prometheus).toMatchObject({ reachable: true, gaps: [expect.anything()] });
    // k6 went on, and its counters are whole.
    expect(evidence.load).toMatchObject({ k6ExitCode: 0, droppedIterations: 0 });
    expect(readVerdict(dir).reasons.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["process-ended", "prometheus-gap"]),
    );
    expect(await leftovers(cli, dir)).toEqual([]);
  });

  test("that hangs until the end gives 4, and what it had stays on the disk", async () => {
    cli = startRun(BRIEF);
    await cli.event("fault-proven");
    const dir = await cli.runDir();
    process.kill(pidOf(dir, "prometheus"), "SIGSTOP");
    expect(await cli.ended, cli.stderr()).toBe(4);
    expect(cli.stdout()).toMatch(/^ERROR {2}/);
    expect(readVerdict(dir).reasons.map(({ code }) => code)).toContain("prometheus-unreachable");
    expect(existsSync(join(dir, "prometheus", "data"))).toBe(true);
    expect(await leftovers(cli, dir)).toEqual([]);
  });

  test("that is away for a while gives 3", async () => {
    cli = startRun(BRIEF);
    await cli.event("fault-proven");
    const dir = await cli.runDir();
    const prometheus = pidOf(dir, "prometheus");
    process.kill(prometheus, "SIGSTOP");
    await cli.event("prometheus-lost");
    await delay(1000);
    process.kill(prometheus, "SIGCONT");
    expect(await cli.ended, cli.stderr()).toBe(3);
    expect(readVerdict(dir)).toMatchObject({ verdict: "inconclusive" });
    expect(readEvidence(dir).prometheus.gaps).toHaveLength(1);
    expect(await leftovers(cli, dir)).toEqual([]);
  });
});

describe("an end from outside", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("%s in a fault undoes it, judges what there is, and gives %d", async (signal, code) => {
    cli = startRun(BRIEF);
    await cli.event("fault-proven");
    cli.kill(signal);
    expect(await cli.ended, cli.stderr()).toBe(code);
    const dir = await cli.runDir();
    const types = readEvents(dir).map(({ type }) => type);
    expect(types.indexOf("fault-undone")).toBeGreaterThan(types.indexOf("cut-short"));
    expect(types).toContain("undo-proven");
    expect(readVerdict(dir)).toMatchObject({ verdict: "inconclusive", exitCode: code });
    expect(existsSync(join(dir, "report.html"))).toBe(true);
    expect(await leftovers(cli, dir)).toEqual([]);
  });

  test("SIGINT before the load starts ends as quietly", async () => {
    cli = startRun(BRIEF);
    await cli.event("process-started");
    cli.kill("SIGINT");
    expect(await cli.ended, cli.stderr()).toBe(130);
    expect(await leftovers(cli, await cli.runDir())).toEqual([]);
  });

  test("SIGKILL of the runner makes the guardian undo the fault and end every program", async () => {
    cli = startRun(BRIEF);
    await cli.event("fault-proven");
    const dir = await cli.runDir();
    cli.kill("SIGKILL");
    expect(await cli.ended).toBe("SIGKILL");
    for (let tries = 0; tries < 600 && (await leftovers(cli, dir)).length > 0; tries += 1) await delay(100);
    expect(await leftovers(cli, dir)).toEqual([]);
    const types = readEvents(dir).map(({ type }) => type);
    expect(types.slice(types.indexOf("cut-short"))).toEqual(["cut-short", "fault-undone"]);
    expect(existsSync(join(dir, "verdict.json"))).toBe(false);
  });

  test("SIGKILL of runner and guardian is mended by `chaos recover`", async () => {
    cli = startRun(BRIEF);
    await cli.event("fault-proven");
    const dir = await cli.runDir();
    const guardian = execFileSync("pgrep", ["-f", `guardian.js ${cli.stateDir}`], { encoding: "utf8" });
    // The guardian first: else it is faster.
    process.kill(Number(guardian.trim()), "SIGKILL");
    cli.kill("SIGKILL");
    await cli.ended;
    expect((await leftovers(cli, dir)).length).toBeGreaterThan(3);
    const recover = startCli(["chaos", "recover"], { vars: { PROOFLOAD_STATE_DIR: cli.stateDir } });
    expect(await recover.ended, recover.stderr()).toBe(0);
    expect(recover.stdout()).toContain("undid latency on proxy/store");
    expect(await leftovers(cli, dir)).toEqual([]);
    recover.remove();
  });
});

describe("a guardian that dies", () => {
  test("ends the run: no fault without a guardian", async () => {
    cli = startRun(BRIEF);
    await cli.event("load-started");
    const dir = await cli.runDir();
    const guardian = execFileSync("pgrep", ["-f", `guardian.js ${cli.stateDir}`], { encoding: "utf8" });
    process.kill(Number(guardian.trim()), "SIGKILL");
    expect(await cli.ended, cli.stderr()).toBe(3);
    expect(readVerdict(dir).reasons.map(({ code }) => code)).toContain("run-cut-short");
    expect(await leftovers(cli, dir)).toEqual([]);
  });
});

describe("a load", () => {
  test("whose every iteration throws is no pass, and the message names the line", async () => {
    cli = startRun(["throws"]);
    expect(await cli.ended, cli.stderr()).toBe(3);
    const verdict = readVerdict(await cli.runDir());
    const reason = verdict.reasons.find(({ code }) => code === "script-error");
    expect(reason?.message).toContain("the journey is broken");
    expect(reason?.message).toMatch(/throws\.ts:\d+/);
  });

  test("that k6 could not deliver is no pass, although k6 ends with 0", async () => {
    cli = startRun(["starved"]);
    expect(await cli.ended, cli.stderr()).toBe(3);
    const dir = await cli.runDir();
    expect(readEvidence(dir).load.k6ExitCode).toBe(0);
    expect(readVerdict(dir).load.reasons.map(({ code }) => code)).toContain("load-not-delivered");
  });

  test("whose k6 is killed is no pass", async () => {
    cli = startRun(["brief"]);
    await cli.event("load-started");
    const dir = await cli.runDir();
    await delay(1000);
    process.kill(pidOf(dir, "k6"), "SIGKILL");
    expect(await cli.ended, cli.stderr()).toBe(3);
    expect(readVerdict(dir).reasons.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["run-cut-short", "k6-failed"]),
    );
  });
});

describe("a service", () => {
  test("that dies in the load is no pass, although it counts no failure", async () => {
    cli = startRun(["brief"]);
    await cli.event("load-started");
    const dir = await cli.runDir();
    await delay(12_000);
    process.kill(pidOf(dir, "api"), "SIGKILL");
    expect([1, 3], cli.stderr()).toContain(await cli.ended);
    const verdict = readVerdict(dir);
    expect(verdict.verdict).not.toBe("pass");
    expect(verdict.reasons.map(({ code }) => code)).toContain("process-ended");
    expect(await leftovers(cli, dir)).toEqual([]);
  });
});

describe("a fragile service", () => {
  test("fails in the phase in which its dependency dies", async () => {
    cli = startRun([...BRIEF, "--env", "fragile"]);
    expect(await cli.ended, cli.stderr()).toBe(1);
    const verdict = readVerdict(await cli.runDir());
    expect(verdict.objectives.filter((objective) => objective.verdict === "fail").map(({ phase }) => phase)).toContain(
      "fault/process-kill",
    );
    expect(cli.stdout()).toMatch(/^FAIL {2}.*process-kill/);
  });
});

describe("a mistake", () => {
  test.each([
    [["run", "brieff"], "Did you mean 'brief'?"],
    [["run", "brief", "--experiment", "slow-then-deaf"], "Did you mean 'slow-then-dead'?"],
    [["run", "brief", "--gate", "prr"], "Did you mean 'pr'?"],
    [["run", "brief", "--env", "fragil"], "Did you mean 'fragile'?"],
    [["run"], "missing required argument"],
    [["rum"], "Did you mean run?"],
    [["run", "brief", "--frobnicate"], "unknown option"],
    [["report", "nothing"], "no run 'nothing'"],
    [["tools", "install", "k7"], "Did you mean 'k6'?"],
  ])("%j gives 2 and says what was meant", async (args, said) => {
    cli = startCli(args);
    expect(await cli.ended).toBe(2);
    expect(cli.stderr()).toContain(said);
    expect(cli.stderr()).not.toContain("    at ");
  });
});
