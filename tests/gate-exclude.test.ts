import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { verdictFileText } from "../lib/run/verdict-file.ts";
import { PASSING } from "../reports/testing/fixtures.ts";
import { FROM, inWindow, STEP, target } from "./nasty/series.ts";
import { labelOf, startWorld } from "./nasty/world.ts";
import type { World } from "./nasty/world.ts";
import { expressionSlo, promql, verdictOf } from "./support/gate.ts";

const CASES = [
  // Everything fails for a minute.
  target({
    ok: (i) => 75 * (i - Math.max(0, Math.min(i - 12, 4))),
    failed: (i) => 75 * Math.max(0, Math.min(i - 12, 4)),
  }),
  // It restarts within that minute, with its counters at 0.
  target({ ok: (i, at) => 75 * (at < FROM + 150 ? i : i - 13) }),
  // Full for a minute.
  target({ more: { queue_length: (_, at) => (inWindow(at, 120, 180) ? 90 : 5) } }),
  // It can't be scraped for a minute, and tells nothing.
  target({
    up: (_, at) => (inWindow(at, 120, 180) ? 0 : 1),
    more: { queue_length: (_, at) => (inWindow(at, 120, 180) ? null : 5) },
  }),
  // Full all the time.
  target({ more: { queue_length: () => 90 } }),
];

let world: World;
beforeAll(async () => {
  world = await startWorld(CASES.map((series) => ({ series: [series] })));
});
afterAll(() => world?.stop());
afterEach(() => world.tidy());

const from = FROM + 105;
const to = FROM + 195;
const judged = async (index: number, ...more: readonly string[]) =>
  verdictOf(await world.ask({ label: labelOf(index), more: ["--json", ...more] }));

describe("a stretch that is left out", () => {
  test("takes what failed in it out of the sum, and is told", async () => {
    expect(await judged(0)).toMatchObject({ verdict: "fail" });
    const without = await judged(0, "--exclude", `${from}/${to}`);
    expect(without).toMatchObject({ verdict: "pass", excluded: [{ from, to }] });
    // Six of 40 scrape intervals, and the one that lies across its end.
    expect(without.objectives[0]?.events).toMatchObject({ total: 75 * 33 });
    const { stdout } = await world.ask({ label: labelOf(0), more: ["--exclude", `${from}/${to}`] });
    expect(stdout).toMatch(/^PASS .*\n {2}without 1 stretch, 90\ss together\n/);
  });

  test("that lies outside of the window is named, and changes nothing", async () => {
    const { stderr, exitCode } = await world.ask({
      label: labelOf(0),
      more: ["--exclude", `${FROM - 200}/${FROM - 100}`, "--exclude", `${from}/${to}`],
    });
    expect(stderr).toMatch(/^not in the window, so there is nothing to leave out: \S+Z to \S+Z$/m);
    expect(stderr.match(/nothing to leave out/g)).toHaveLength(1);
    expect(exitCode).toBe(0);
  });

  test("takes out a restart in it, but none outside of it", async () => {
    expect(await judged(1)).toMatchObject({ verdict: "inconclusive", reasons: [{ code: "counter-reset" }] });
    expect(await judged(1, "--exclude", `${from}/${to}`)).toMatchObject({ verdict: "pass" });
    expect(await judged(1, "--exclude", `${FROM + 300}/${FROM + 400}`)).toMatchObject({ verdict: "inconclusive" });
  });

  test("is that of each fault of a run", async () => {
    const dir = world.project();
    mkdirSync(join(dir, "run"));
    const faults = PASSING.verdict.faults
      .slice(0, 1)
      .map((fault) => ({ ...fault, injectedAt: from, undoneAt: to - 9, recoveredAt: to }));
    const phases = [{ phase: "baseline", from: FROM, to: from }];
    writeFileSync(join(dir, "run", "verdict.json"), verdictFileText({ ...PASSING.verdict, faults, phases }));
    const answer = await world.ask({ label: labelOf(0), dir, more: ["--json", "--exclude-faults", "run"] });
    expect(verdictOf(answer)).toMatchObject({ verdict: "pass", excluded: [{ from, to }] });
  });

  test("of everything leaves nothing to judge", async () => {
    expect(await judged(0, "--exclude", `${FROM - 10}/${FROM + 1000}`)).toMatchObject({
      verdict: "inconclusive",
      reasons: [{ code: "no-data", message: expect.stringContaining("all of the window is left out") as string }],
    });
  });
});

const queue = (query = 'max(queue_length{job="api"})'): string =>
  expressionSlo(`thresholdMetric: ${promql(query)}`, "op: lt, value: 50, target: 0.99");
const slices = expressionSlo(
  `ratioMetric: { counter: true, bad: ${promql('http_requests_total{job="api",status="500"}')}, total: ${promql('http_requests_total{job="api"}')} }`,
  "target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 1m",
  "Timeslices",
);

async function sliced(index: number, text: string, ...stretches: readonly (readonly [number, number])[]) {
  const dir = world.project({ "slo.yaml": text });
  const more = stretches.flatMap(([a, b]) => ["--exclude", `${FROM + a}/${FROM + b}`]);
  const answer = await world.ask({ label: labelOf(index), dir, more: ["--json", ...more] });
  if (answer.stdout === "") throw new Error(answer.stderr);
  const { verdict, objectives } = verdictOf(answer);
  return { verdict, code: objectives[0]?.reason.code, census: objectives[0]?.census };
}

describe("slices that a stretch touches which is left out", () => {
  test("are not judged: values, until none is carried on from the stretch", async () => {
    expect(await sliced(2, queue())).toMatchObject({ verdict: "fail", code: "slices-missed" });
    // Evaluations at 105 and at 195 are the last before and the first that reads nothing of it.
    expect(await sliced(2, queue(), [105, 180])).toEqual({
      verdict: "pass",
      code: "slices-held",
      census: { slices: 36, sliceSeconds: STEP, held: 36, leftOut: 5 },
    });
    expect(await sliced(2, queue(), [105, 165])).toMatchObject({ verdict: "fail", census: { slices: 37, held: 36 } });
  });

  test("are not judged as long as a range reaches back into the stretch", async () => {
    const peak = queue('max(max_over_time(queue_length{job="api"}[1m]))');
    expect(await sliced(2, peak)).toMatchObject({ verdict: "fail" });
    // Of 37 evaluations those after 105 and before 255.
    expect(await sliced(2, peak, [105, 180])).toEqual({
      verdict: "pass",
      code: "slices-held",
      census: { slices: 28, sliceSeconds: STEP, held: 28, leftOut: 9 },
    });
  });

  test("are not judged: of counters, as a whole", async () => {
    expect(await sliced(0, slices)).toMatchObject({ verdict: "fail", census: { slices: 10 } });
    expect(await sliced(0, slices, [105, 235])).toEqual({
      verdict: "pass",
      code: "slices-held",
      census: { slices: 7, sliceSeconds: 60, held: 7, leftOut: 3 },
    });
    expect(await sliced(1, slices)).toMatchObject({ code: "counter-reset" });
    expect(await sliced(1, slices, [130, 170])).toMatchObject({ verdict: "pass", census: { slices: 9, leftOut: 1 } });
  });

  test("hide no scrape that is missing outside of the stretch", async () => {
    for (const text of [queue(), slices]) {
      expect(await sliced(3, text)).toMatchObject({ code: "window-not-covered" });
      expect(await sliced(3, text, [115, 180])).toMatchObject({ verdict: "pass" });
      // Their slices would all be left out, but for 30 s of the stretch without scrapes.
      expect(await sliced(3, text, [121, 150])).toMatchObject({ verdict: "inconclusive", code: "window-not-covered" });
      expect(await sliced(3, text, [300, 400])).toMatchObject({ verdict: "inconclusive", code: "window-not-covered" });
    }
  });

  test("must leave five, and make no miss elsewhere good", async () => {
    for (const text of [queue(), slices]) {
      expect(await sliced(3, text, [40, 600])).toMatchObject({ verdict: "inconclusive", code: "too-few-slices" });
      expect(await sliced(3, text, [-20, 700])).toMatchObject({ verdict: "inconclusive", code: "no-data" });
    }
    expect(await sliced(4, queue(), [105, 180])).toMatchObject({ verdict: "fail", census: { held: 0 } });
  });

  test("are told in the table", async () => {
    const dir = world.project({ "slo.yaml": queue() });
    const more = ["--exclude", `${FROM + 105}/${FROM + 180}`, "--explain", "watched"];
    const { stdout } = await world.ask({ label: labelOf(2), dir, more });
    expect(stdout).toMatch(/ {2}36 slices \(without 5\) {2}/);
    expect(stdout).toContain("4. census: 36 slices of 15 s, 36 of which held; 5 more are left out");
  });
});

test.each([
  [["--exclude", "5"], "expected FROM/TO"],
  [["--exclude", "9/5"], "'9' is not before '5'"],
  [["--exclude", "x/5"], "--exclude: expected a time"],
  [["--exclude-faults", "none"], "there is no verdict.json in none"],
])("%j is refused", async (more, message) => {
  const { exitCode, stderr } = await world.ask({ label: labelOf(0), more });
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
});
