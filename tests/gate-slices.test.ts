import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { absent, inWindow, STEP, target } from "./nasty/series.ts";
import { json, labelOf, startWorld } from "./nasty/world.ts";
import type { World } from "./nasty/world.ts";
import { expressionSlo, promql, verdictOf } from "./support/gate.ts";

/** The gate by itself on slices of time and values; the same code judges them in a run. */
const CASES = [
  // Full for one minute of ten.
  target({ more: { queue_length: (_, at) => (inWindow(at, 120, 180) ? 90 : 5) } }),
  // One request in ten fails, in two minutes of ten.
  target({ ok: (i) => 75 * i, failed: (i) => Math.max(0, Math.min(i - 10, 8)) * 8 }),
  // It can't be scraped for a minute.
  target({ up: (_, at) => (inWindow(at, 120, 180) ? 0 : 1), more: { queue_length: () => 5 } }),
  target({ more: { good_share: () => 0.97 } }),
  target({ more: { queue_length: absent } }),
];

let world: World;
beforeAll(async () => {
  world = await startWorld(CASES.map((series) => ({ series: [series] })));
});
afterAll(() => world?.stop());
afterEach(() => world.tidy());

const queue = (goal: number): string =>
  expressionSlo(`thresholdMetric: ${promql('max(queue_length{job="api"})')}`, `op: lt, value: 50, target: ${goal}`);
const slices = (goal: number): string =>
  expressionSlo(
    `ratioMetric: { counter: true, bad: ${promql('http_requests_total{job="api",status="500"}')}, total: ${promql('http_requests_total{job="api"}')} }`,
    `target: ${goal}, timeSliceTarget: 0.95, timeSliceWindow: 1m`,
    "Timeslices",
  );

async function judged(index: number, text: string, more: readonly string[] = []) {
  const answer = await world.ask({
    label: labelOf(index),
    dir: world.project({ "slo.yaml": text }),
    more: ["--json", ...more],
  });
  if (answer.stdout === "") throw new Error(answer.stderr);
  const { verdict, exitCode, objectives } = verdictOf(answer);
  return { verdict, exitCode, objective: objectives[0] };
}

describe("a value", () => {
  test("is judged at every scrape of the window", async () => {
    const passed = await judged(0, queue(0.85));
    expect(passed).toMatchObject({
      verdict: "pass",
      exitCode: 0,
      objective: { census: { slices: 41, sliceSeconds: STEP } },
    });
    expect(passed.objective?.census?.held).toBe(37);
    expect(await judged(0, queue(0.95))).toMatchObject({
      verdict: "fail",
      objective: { reason: { code: "slices-missed" } },
    });
  });

  test("that was not there all through is not judged", async () => {
    expect(await judged(2, queue(0.5))).toMatchObject({
      verdict: "inconclusive",
      objective: { reason: { code: "window-not-covered" } },
    });
    expect(await judged(4, queue(0.5))).toMatchObject({
      verdict: "inconclusive",
      objective: { reason: { code: "no-data" } },
    });
  });

  test("is a share that the service itself tells", async () => {
    const raw = (goal: number): string =>
      expressionSlo(
        `ratioMetric: { counter: false, rawType: success, raw: ${promql('good_share{job="api"}')} }`,
        `target: ${goal}`,
      );
    expect(await judged(3, raw(0.95))).toMatchObject({ verdict: "pass" });
    expect(await judged(3, raw(0.98))).toMatchObject({ verdict: "fail" });
  });

  test("that hides others from its objective is named on standard error, with what to write", async () => {
    const text = expressionSlo(
      `thresholdMetric: ${promql('min(queue_length{job="api"} < 60)')}`,
      "op: lt, value: 50, target: 0.9",
    );
    const { stderr } = await world.ask({ label: labelOf(0), dir: world.project({ "slo.yaml": text }) });
    expect(stderr).toMatch(/slo\.yaml:9: warning: min\([^]*\): one low value hides all others[^]*→ Take max\(\)/);
    expect(stderr).toMatch(/slo\.yaml:9: warning: queue_length[^]* < 60 leaves out values that break the objective/);
  });

  test("is explained step by step", async () => {
    const dir = world.project({ "slo.yaml": queue(0.85) });
    const { stdout } = await world.ask({ label: labelOf(0), dir, more: ["--explain", "watched"] });
    expect(stdout).toContain("4. census: 41 slices of 15 s, 37 of which held");
  });

  test("of which a Prometheus refuses to tell is an error, and no pass", async () => {
    const url = await world.proxy(
      (_, response) => json(response, 401, { status: "error" }),
      () => true,
    );
    const answer = await world.ask({ url, label: labelOf(0), dir: world.project({ "slo.yaml": queue(0.85) }) });
    expect([answer.exitCode, verdictOf(answer).objectives[0]?.reason.code]).toEqual([4, "credentials-refused"]);
  });
});

test("slices of time of a counter are judged one by one", async () => {
  expect(await judged(1, slices(0.7))).toMatchObject({
    verdict: "pass",
    objective: { census: { slices: 10, sliceSeconds: 60 } },
  });
  expect(await judged(1, slices(0.9))).toMatchObject({
    verdict: "fail",
    objective: { reason: { code: "slices-missed" } },
  });
});
