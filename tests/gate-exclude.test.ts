import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { verdictFileText } from "../lib/run/verdict-file.ts";
import { PASSING } from "../reports/testing/fixtures.ts";
import { FROM, target } from "./nasty/series.ts";
import { labelOf, startWorld } from "./nasty/world.ts";
import type { World } from "./nasty/world.ts";
import { verdictOf } from "./support/gate.ts";

const CASES = [
  // Everything fails for a minute.
  target({
    ok: (i) => 75 * (i - Math.max(0, Math.min(i - 12, 4))),
    failed: (i) => 75 * Math.max(0, Math.min(i - 12, 4)),
  }),
  // It restarts within that minute, with its counters at 0.
  target({ ok: (i, at) => 75 * (at < FROM + 150 ? i : i - 13) }),
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

test.each([
  [["--exclude", "5"], "expected FROM/TO"],
  [["--exclude", "9/5"], "'9' is not before '5'"],
  [["--exclude", "x/5"], "--exclude: expected a time"],
  [["--exclude-faults", "none"], "there is no verdict.json in none"],
])("%j is refused", async (more, message) => {
  const { exitCode, stderr } = await world.ask({ label: labelOf(0), more });
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
});
