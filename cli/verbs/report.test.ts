import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createNodeEnv } from "../../lib/node-env.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import { verdictFileText } from "../../lib/run/verdict-file.ts";
import { runVerdictFileSchema } from "../../lib/run/verdict-schema.ts";
import { FAILING, PASSING } from "../../reports/testing/fixtures.ts";
import { main } from "../main.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-report-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function write(record: RunRecord, verdict: string = verdictFileText(record.verdict)): void {
  writeFileSync(join(dir, "plan.json"), JSON.stringify(record.plan));
  writeFileSync(join(dir, "evidence.json"), JSON.stringify(record.evidence));
  writeFileSync(join(dir, "events.ndjson"), record.events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  writeFileSync(join(dir, "verdict.json"), verdict);
}

async function report(...args: readonly string[]) {
  let [stdout, stderr] = ["", ""];
  const exitCode = await main({
    ...createNodeEnv(),
    argv: ["report", dir, ...args],
    cwd: dir,
    stdout: { write: (text) => void (stdout += text), isTTY: false, columns: 80 },
    stderr: { write: (text) => void (stderr += text), isTTY: false, columns: 80 },
  });
  return { exitCode, stdout, stderr };
}

describe("proofload report", () => {
  test("answers with the verdict's own exit code, a line, a table and the files", async () => {
    write(FAILING);
    const { exitCode, stdout } = await report();
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^FAIL {2}checkout-latency was missed .*\n +objective .* covered .*\n {2}PASS {2}checkout-availability /,
    );
    expect(stdout).toContain("  report.html\n  summary.md\n  junit.xml\n  load-performance.json\n  verdict.json\n");
  });

  test("explains an SLO in each phase in which it was judged", async () => {
    write(PASSING);
    const { exitCode, stdout } = await report("--explain", "checkout-availability");
    expect(exitCode).toBe(0);
    const phases = [...stdout.matchAll(/^checkout-availability in (\S+): /gm)].map(([, phase]) => phase);
    const judged = PASSING.verdict.objectives.filter(({ slo }) => slo === "checkout-availability");
    expect(phases).toEqual(judged.map(({ phase }) => phase));
    expect(stdout).toMatch(/^1\. window 2025-\S+ to \S+, \d+ s; scrape interval \d+ s, as planned$/m);
    expect(stdout).toMatch(/^4\. sum: [\d,]+ good of [\d,]+ events$/m);
    expect(stdout).toMatch(/^6\. 99\.9.% promised: pass, interval-inside: /m);
  });

  test("with --json, explains in the objectives of that SLO, and in no other", async () => {
    write(PASSING);
    const { stdout } = await report("--json", "--explain", "checkout-availability");
    const { objectives } = runVerdictFileSchema.parse(JSON.parse(stdout));
    for (const { slo, explanation } of objectives) {
      const promised = explanation?.some((line) => line.startsWith("6. ")) ?? false;
      expect([slo, promised]).toEqual([slo, slo === "checkout-availability"]);
    }
  });

  test("knows which SLOs there are to explain", async () => {
    write(PASSING);
    const { exitCode, stderr } = await report("--explain", "checkout-availabilty");
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/no SLO is called 'checkout-availabilty'\nDid you mean 'checkout-availability'/);
    expect(readdirSync(dir)).not.toContain("report.html");
  });

  test.each([
    [
      "a part that doesn't fit, with its path",
      `"target":`,
      `"target": "x", "_":`,
      /objectives\[0\]\.target: expected a number, found a string \(and \d+ more\)/,
    ],
    [
      "a pass that is none",
      `"verdict":"pass","exitCode":0`,
      `"verdict":"pass","exitCode":1`,
      /'pass' and its exit code 1/,
    ],
    ["a file that is cut off", /.{20}$/s, "", /verdict\.json can't be used: it is no JSON/],
  ])("refuses a verdict with %s, and renders nothing", async (_, from, to, message) => {
    const text = verdictFileText({ ...PASSING.verdict }).replace(from, to);
    write(PASSING, text);
    const { exitCode, stdout, stderr } = await report();
    expect(stderr).toMatch(message);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(readdirSync(dir)).not.toContain("report.html");
  });
});
