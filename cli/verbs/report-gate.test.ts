import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Env } from "../../lib/env.ts";
import { createNodeEnv } from "../../lib/node-env.ts";
import { gateVerdictFileSchema } from "../../lib/run/verdict-schema.ts";
import { fakePrometheus, SLO, trueAnswers, WINDOW } from "../gate/testing/fake-prometheus.ts";
import { main } from "../main.ts";

const REPORTS = ["report.html", "summary.md", "junit.xml"];

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "proofload-report-gate-"));
  writeFileSync(join(dir, "slo.yaml"), SLO);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function call(argv: readonly string[], fetch: Env["fetch"]) {
  let [stdout, stderr] = ["", ""];
  const exitCode = await main({
    ...createNodeEnv(),
    argv: [...argv],
    cwd: dir,
    vars: {},
    fetch,
    clock: { now: () => (WINDOW.to + 3600) * 1000, monotonicMs: () => 0, sleep: () => Promise.resolve() },
    stdout: { write: (text) => void (stdout += text), isTTY: false, columns: 80 },
    stderr: { write: (text) => void (stderr += text), isTTY: false, columns: 80 },
  });
  return { exitCode, stdout, stderr };
}

const gate = (failures: number, ...more: readonly string[]) =>
  call(
    [
      ..."gate --slo slo.yaml --prometheus http://127.0.0.1:9 --out out".split(" "),
      "--from",
      String(WINDOW.from),
      "--to",
      String(WINDOW.to),
      ...more,
    ],
    fakePrometheus(trueAnswers(failures)),
  );

/** Nothing is asked of anybody. */
const report = (...more: readonly string[]) =>
  call(["report", "out", ...more], () => Promise.reject(new Error("a report asks nobody")));

const read = (file: string): string => readFileSync(join(dir, "out", file), "utf8");

describe("proofload report on the folder of a gate", () => {
  test.each([
    [0, 0],
    [30, 1],
  ])(
    "renders what the gate rendered, prints what it printed, and answers as it did (%i failures a scrape)",
    async (failures, exitCode) => {
      const asked = await gate(failures);
      expect(asked.exitCode).toBe(exitCode);
      expect(asked.stdout).toMatch(/\n {2}out\/report\.html\n {2}out\/summary\.md\n {2}out\/junit\.xml\n$/);
      const first = REPORTS.map(read);
      for (const file of REPORTS) rmSync(join(dir, "out", file));
      expect(await report()).toEqual(asked);
      expect(REPORTS.map(read)).toEqual(first);
    },
  );

  test("explains an SLO as the gate does", async () => {
    const asked = await gate(0, "--explain", "availability");
    expect(asked.stdout).toMatch(/\n4\. sum: 3,000 good of 3,000 events\n/);
    // Values where the counting begins and ends, so that a reader can take one from the other: samples before it were read, too.
    expect(asked.stdout).toMatch(/: 1075 at 2025-01-01T09:59:54Z, 4075 at 2025-01-01T10:09:54Z, \+3000\n/);
    expect(await report("--explain", "availability")).toEqual(asked);
    expect((await report("--explain", "availabilty")).stderr).toContain("Did you mean 'availability'?");
  });

  test("with --json, the explanation is in the objective, and in no file", async () => {
    const asked = await gate(0, "--json", "--explain", "availability");
    const { objectives } = gateVerdictFileSchema.parse(JSON.parse(asked.stdout));
    expect(objectives[0]?.explanation).toContain("4. sum: 3,000 good of 3,000 events");
    const again = await report("--json", "--explain", "availability");
    expect(JSON.parse(again.stdout)).toEqual(JSON.parse(asked.stdout));
    expect(read("verdict.json")).not.toContain("explanation");
    expect((await report("--json")).stdout).not.toContain("explanation");
  });

  test.each([
    ["a verdict that is none", "verdict.json", '"exitCode": 0', '"exitCode": 1', /'pass' and its exit code 1/],
    ["another window's evidence", "evidence.json", `"from":${WINDOW.from}`, `"from":1`, /another window than the verd/],
    ["evidence of a run", "evidence.json", '"kind":"gate"', '"kind":"x"', /evidence\.json can't be used: .* no gate/],
    ["evidence that is cut off", "evidence.json", /.{20}$/s, "", /evidence\.json can't be used/],
  ] as const)("refuses %s, and renders nothing", async (_, file, from, to, message) => {
    await gate(0);
    for (const one of REPORTS) rmSync(join(dir, "out", one));
    writeFileSync(join(dir, "out", file), read(file).replace(from, to));
    const { exitCode, stdout, stderr } = await report();
    expect(stderr).toMatch(message);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(existsSync(join(dir, "out", "summary.md"))).toBe(false);
  });

  test.each([
    ["--allow-restrats", "--out", "out"],
    ["--slo", "slo.yaml", "--out=out"],
  ])("finds no old verdict after a command line that can't be read (%s)", async (...words) => {
    await gate(0);
    writeFileSync(join(dir, "out", "mine.txt"), "kept");
    const mistaken = await call(["gate", ...words], () => Promise.reject(new Error("nobody is asked")));
    expect(mistaken.exitCode).toBe(2);
    expect(await report()).toMatchObject({ exitCode: 2, stdout: "" });
    expect(readdirSync(join(dir, "out"))).toEqual(["mine.txt"]);
  });

  test.each([
    ['"samples":[[', '"samples":[null,['],
    ['"labels":{', '"labelled":{'],
    ['"counters":[', '"counters":3,"others":['],
    ['"objectives":[', '"objectives":null,"others":['],
  ])("refuses to explain by evidence that was edited (%s)", async (from, to) => {
    await gate(0);
    const text = read("evidence.json");
    expect(text).toContain(from);
    writeFileSync(join(dir, "out", "evidence.json"), text.replaceAll(from, to));
    const { exitCode, stdout, stderr } = await report("--explain", "availability");
    expect(stderr).toMatch(/evidence\.json can't be used: it does not hold what a gate writes/);
    expect([exitCode, stdout]).toEqual([2, ""]);
  });

  test("says so where the gate was ended before its verdict, or never began", async () => {
    await gate(0);
    rmSync(join(dir, "out", "verdict.json"));
    expect((await report()).stderr).toMatch(/has no verdict/);
    rmSync(join(dir, "out", "evidence.json"));
    const { exitCode, stderr } = await report();
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/out holds neither a run nor the verdict of a gate/);
  });
});
