import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import type { CommandResult, RunOptions } from "../env.ts";
import { ProofloadError } from "../errors.ts";
import type { LoadOverrides } from "../run/load.ts";
import { inspectScenario } from "./inspect.ts";

const dir = mkdtempSync(join(tmpdir(), "proofload-inspect-"));
afterAll(() => rmSync(dir, { recursive: true }));
const bundle = join(dir, "b.js");
writeFileSync(bundle, 'const sold = new Counter("readings_sent");');

const NONE: LoadOverrides = { rate: null, durationSeconds: null, scale: null };
const KIT = {
  kit: 1,
  warmupSeconds: 0,
  phases: [],
  constantMemory: false,
  overridable: true,
  requests: [],
  metrics: [],
};
const STEADY = { executor: "constant-arrival-rate", rate: 10, duration: "10s", preAllocatedVUs: 5 };

const fixture = (version: string): string =>
  readFileSync(join(import.meta.dirname, "testing", "fixtures", version, "inspect.json"), "utf8");

async function inspect(reply: Partial<CommandResult>, overrides = NONE) {
  const asked: RunOptions[] = [];
  const env = {
    vars: { PATH: "/bin", K6_VUS: "7", SECRET: "s" },
    run: async (options: RunOptions): Promise<CommandResult> => {
      asked.push(options);
      return { code: 0, stdout: "", stderr: "", ...reply };
    },
  };
  const scenarioEnv = { PROOFLOAD_RATE: "3" };
  const signal = new AbortController().signal;
  const options = { program: "/k6", bundle, file: "scenarios/a.ts", scenario: "a", scenarioEnv, overrides, signal };
  return { inspected: await inspectScenario(env, options), asked };
}

/** The load of one scenario, as k6 prints it. */
async function loadOf(scenario: object, kit: object = {}) {
  const stdout = JSON.stringify({ scenarios: { default: scenario }, ext: { proofload: { ...KIT, ...kit } } });
  return (await inspect({ stdout })).inspected.load;
}

async function refusal(promise: Promise<unknown>): Promise<ProofloadError> {
  const thrown: unknown = await promise.then(
    () => new Error("it was not refused"),
    (error: unknown) => error,
  );
  if (!(thrown instanceof ProofloadError)) throw thrown;
  expect(thrown).toMatchObject({ code: "bad-scenario", exitCode: 2 });
  expect(thrown.message).toMatch(/^scenarios\/a\.ts: /);
  return thrown;
}

describe("what k6 says of a scenario", () => {
  test.each(["1.8.1", "2.2.0"])("is read as version %s prints it", async (version) => {
    const { inspected, asked } = await inspect({ stdout: fixture(version) });
    expect(inspected).toEqual({
      load: {
        scenario: "a",
        file: "scenarios/a.ts",
        executor: "ramping-arrival-rate",
        unit: "iterations/s",
        stages: [
          { startSeconds: 0, endSeconds: 1, from: 4, to: 40 },
          { startSeconds: 1, endSeconds: 3, from: 40, to: 40 },
        ],
        durationSeconds: 3,
        preAllocatedVUs: 6,
        maxVUs: 6,
        setupTimeoutSeconds: 60,
        gracefulStopSeconds: 5,
        warmupSeconds: 1,
        phases: [],
        constantMemory: false,
        overrides: NONE,
      },
      thresholds: expect.objectContaining({ checks: ["rate>0.99"] }),
      declared: { requests: ["GET /good", "GET /bad"], metrics: ["sold"] },
      systemTags: ["error_code", "expected_response", "method", "name", "scenario", "status"],
      tags: { testid: "20261121-recorded", scenario: "recorded" },
    });
    expect(asked[0]?.argv).toEqual(expect.arrayContaining(["inspect", bundle]));
    expect(asked[0]?.only).toMatchObject({ PROOFLOAD_RATE: "3", PATH: "/bin" });
    expect(asked[0]?.only).not.toHaveProperty("K6_VUS");
    expect(asked[0]?.only).not.toHaveProperty("SECRET");
  });

  test.each([
    ["5m0s", 300],
    ["1.5s", 1.5],
    [null, 60],
  ])("has the time that setup() may take: %j is %d s", async (setupTimeout, seconds) => {
    const stdout = JSON.stringify({ scenarios: { default: STEADY }, ext: { proofload: KIT }, setupTimeout });
    expect((await inspect({ stdout })).inspected.load.setupTimeoutSeconds).toBe(seconds);
  });

  test("has the thresholds of authors who end the test with them", async () => {
    const thresholds = { http_reqs: ["count>1", { threshold: "rate>5", abortOnFail: true, delayAbortEval: null }] };
    const stdout = JSON.stringify({ scenarios: { default: STEADY }, ext: { proofload: KIT }, thresholds });
    expect((await inspect({ stdout })).inspected.thresholds).toEqual({ http_reqs: ["count>1", "rate>5"] });
  });
});

describe("the load of", () => {
  test("a constant arrival rate is one stage, in iterations per second whatever its time unit", async () => {
    expect(await loadOf({ ...STEADY, rate: 90, timeUnit: "1m30s" })).toMatchObject({
      unit: "iterations/s",
      stages: [{ startSeconds: 0, endSeconds: 10, from: 1, to: 1 }],
      maxVUs: 5,
    });
  });

  test("a ramping arrival rate jumps where a stage has no length", async () => {
    const stages = [
      { target: 60, duration: "10s" },
      { target: 600, duration: "0s" },
      { target: 600, duration: "1m0s" },
      { target: 0, duration: "5s" },
    ];
    expect(
      await loadOf({
        executor: "ramping-arrival-rate",
        startRate: 60,
        timeUnit: "1m0s",
        stages,
        preAllocatedVUs: 1,
        maxVUs: 9,
      }),
    ).toMatchObject({
      stages: [
        { startSeconds: 0, endSeconds: 10, from: 1, to: 1 },
        { startSeconds: 10, endSeconds: 70, from: 10, to: 10 },
        { startSeconds: 70, endSeconds: 75, from: 10, to: 0 },
      ],
      durationSeconds: 75,
      maxVUs: 9,
    });
  });

  test("constant VUs is a number of VUs", async () => {
    expect(await loadOf({ executor: "constant-vus", vus: 2, duration: "3s" })).toMatchObject({
      unit: "VUs",
      stages: [{ startSeconds: 0, endSeconds: 3, from: 2, to: 2 }],
      durationSeconds: 3,
      preAllocatedVUs: 2,
      maxVUs: 2,
    });
  });

  test("ramping VUs begins with one VU, as k6 does", async () => {
    const stages = [{ target: 5, duration: "1s" }];
    expect(await loadOf({ executor: "ramping-vus", startVUs: null, stages })).toMatchObject({
      stages: [{ startSeconds: 0, endSeconds: 1, from: 1, to: 5 }],
      maxVUs: 5,
    });
  });
});

describe("refused", () => {
  test.each([
    ["iterations that are shared", { executor: "shared-iterations" }, "nobody can plan when that is"],
    ["options that are left out", { executor: "per-vu-iterations" }, "nobody can plan when that is"],
    ["a load that others control", { executor: "externally-controlled" }, "somebody else decides"],
    ["an unknown executor", { executor: "new-one" }, "proofload does not know it"],
    ["a late start", { ...STEADY, startTime: "3s" }, "expected no startTime"],
    ["another function", { ...STEADY, exec: "foo" }, "not 'foo'"],
    ["no duration", { ...STEADY, duration: "0s" }, "expected a duration greater than 0"],
    ["no rate", { ...STEADY, rate: 0 }, "expected a load greater than 0"],
    [
      "stages of nothing",
      { executor: "ramping-arrival-rate", stages: [{ target: 0, duration: "5s" }] },
      "greater than 0",
    ],
    ["stages without length", { executor: "ramping-vus", stages: [{ target: 5, duration: "0s" }] }, "greater than 0"],
  ])("is %s", async (_, scenario, message) => {
    expect((await refusal(loadOf(scenario))).message).toContain(message);
  });

  test.each([
    ["a warm-up as long as the load", { warmupSeconds: 10 }, "shorter than the load's 10 s"],
    [
      "a phase in the warm-up",
      { warmupSeconds: 3, phases: [{ phase: "spike", startSeconds: 2 }] },
      "'spike' begins at 2 s",
    ],
    ["a phase after the end", { phases: [{ phase: "spike", startSeconds: 10 }] }, "'spike' begins at 10 s"],
  ])("is %s", async (_, kit, message) => {
    expect((await refusal(loadOf(STEADY, kit))).message).toContain(message);
  });

  test("are several scenarios, by their names", async () => {
    const stdout = JSON.stringify({ scenarios: { one: STEADY, two: STEADY }, ext: { proofload: KIT } });
    expect((await refusal(inspect({ stdout }))).message).toContain("found one, two");
  });

  test("are changes to a load that shape() did not make", async () => {
    const stdout = JSON.stringify({ scenarios: { a: STEADY }, ext: { proofload: { ...KIT, overridable: false } } });
    expect((await inspect({ stdout })).inspected.load.overrides).toEqual(NONE);
    expect((await refusal(inspect({ stdout }, { ...NONE, scale: 2 }))).message).toContain("not made by shape()");
  });

  test("is a bundle without the kit, and what is no answer of k6", async () => {
    expect(
      (await refusal(inspect({ stdout: JSON.stringify({ scenarios: { a: STEADY }, ext: null }) }))).message,
    ).toContain("ext");
    expect((await refusal(inspect({ stdout: "<html>" }))).message).toContain("unknown way");
  });

  test("is a script that throws, with its message and where", async () => {
    const stderr = String.raw`time="2026-11-21T14:16:22Z" level=info msg="starting"
time="2026-11-21T14:16:22Z" level=error msg="Error: PROOFLOAD_RATE: expected \"more\" than 0,\nfound 0\n\tat file:///a.ts:3:21(28)\n" hint="script exception"`;
    expect((await refusal(inspect({ code: 107, stderr }))).message).toBe(
      'scenarios/a.ts: --rate: expected "more" than 0, found 0 (at file:///a.ts:3:21(28))',
    );
  });

  test.each([
    ["readings_snt", "readings_sent"],
    ["http_req_duratoin", "http_req_duration"],
  ])("is a threshold on '%s', which is no metric", async (metric, close) => {
    const stderr = `time="x" level=error msg="invalid threshold defined on ${metric}; reason: no metric name \\"${metric}\\" found"`;
    const error = await refusal(inspect({ code: 104, stderr }));
    expect(error.message).toContain(`the metric '${metric}', which does not exist`);
    expect(error.hint).toBe(`Did you mean '${close}'?`);
  });
});
