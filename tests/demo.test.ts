import { readdirSync } from "node:fs";
import { join } from "node:path";

import { afterEach, expect, test } from "vitest";

import { leftovers, readVerdict, startCli } from "./support/cli.ts";
import type { Cli } from "./support/cli.ts";

let cli: Cli | undefined;
afterEach(() => cli?.remove());

/** The folder of the run that decided: the demo's gate has an inconclusive one played again, as a stall of the machine makes it. */
function lastRun({ workDir }: Cli): string {
  const runs = join(workDir, "runs");
  return join(runs, readdirSync(runs).toSorted().at(-1) ?? "none");
}

test("the demo passes: 9 objectives met while the store is slow and dies", async () => {
  cli = startCli(["demo"]);
  expect(await cli.ended, `${cli.stdout()}${cli.stderr()}`).toBe(0);
  const dir = lastRun(cli);
  const verdict = readVerdict(dir);
  expect(cli.stdout()).toMatch(/^PASS {2}9 objectives met, 2 faults proven and undone$/m);
  expect(new Set(verdict.objectives.map(({ phase }) => phase))).toEqual(
    new Set(["baseline", "fault/latency", "recovery/latency", "fault/process-kill", "recovery/process-kill"]),
  );
  // Every request that k6 sent was seen by the service.
  expect(verdict.load.requestsSeenByService).toBe(verdict.load.requests);
  // The generator's own health was measured, on this Prometheus too.
  expect(verdict.load.startLagP99Seconds).toEqual(expect.any(Number));
  expect(verdict.load.cpuShare).toEqual(expect.any(Number));
  expect(await leftovers(cli, dir)).toEqual([]);
});

test("the fragile demo fails: it is slow with its store, and dead with it", async () => {
  cli = startCli(["demo", "--fragile"]);
  expect(await cli.ended, `${cli.stdout()}${cli.stderr()}`).toBe(1);
  const failed = readVerdict(lastRun(cli)).objectives.filter(({ verdict }) => verdict === "fail");
  expect(failed.map(({ slo, phase }) => `${slo} in ${phase}`)).toEqual(
    expect.arrayContaining([
      "api-latency-under-fault in fault/latency",
      "api-availability-under-fault in fault/process-kill",
    ]),
  );
  for (const objective of failed) expect(objective.interval?.high).toBeLessThan(objective.target);
});

test("a dry run prints the plan and starts nothing", async () => {
  cli = startCli(["demo", "--dry-run"]);
  expect(await cli.ended, cli.stderr()).toBe(0);
  const plan = JSON.parse(cli.stdout()) as { timeline: readonly { phase: string }[] };
  expect(plan.timeline.map(({ phase }) => phase)).toEqual([
    "warmup",
    "baseline",
    "fault/latency",
    "recovery/latency",
    "fault/process-kill",
    "recovery/process-kill",
  ]);
  await expect(cli.runDir()).rejects.toThrow("without a run");
});
