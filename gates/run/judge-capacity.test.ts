import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { fc } from "../../lib/testing/properties.ts";
import type { RunEvent } from "../../lib/run/events.ts";
import type { PhaseLoadEvidence } from "../../lib/run/evidence.ts";
import type { CapacityVerdict } from "../../lib/run/verdict.ts";
import { judge } from "../judge.ts";
import { withEvidence, withLoad } from "../testing/corrupt.ts";
import type { Corruption } from "../testing/corrupt.ts";
import { planStressGate } from "../testing/shipped-gate.ts";
import { LOAD_START, simulateRun, STAIRCASE } from "../testing/simulate-run.ts";
import type { SimulatedRun } from "../testing/simulate-run.ts";

const source = (path: string) => ({ file: path, text: readFileSync(join(import.meta.dirname, "..", path), "utf8") });
const gate = planStressGate({
  gate: source("stress.yaml"),
  slos: readdirSync(join(import.meta.dirname, "../slo")).map((file) => source(`slo/${file}`)),
});
const slowFrom = (seconds: number) =>
  simulateRun({ gate, shape: STAIRCASE, latencySeconds: (at) => (at >= seconds ? 0.4 : 0.004) });
/** Slow from the step of 600/s on. */
const overloaded = slowFrom(26);
const healthy = simulateRun({ gate, shape: STAIRCASE });

const onPhase = (phase: string, change: Partial<PhaseLoadEvidence>): Corruption =>
  withEvidence(({ load }) => ({
    load: { ...load, phases: load.phases.map((one) => (one.phase === phase ? { ...one, ...change } : one)) },
  }));
const asking =
  (atLeast: number | null): Corruption =>
  (run) => ({
    ...run,
    plan: { ...run.plan, gate: { ...run.plan.gate, capacity: atLeast === null ? null : { atLeast } } },
  });
const both = (run: SimulatedRun, ...changes: readonly Corruption[]): SimulatedRun =>
  changes.reduce((changed, change) => change(changed), run);

function capacityOf(run: SimulatedRun): CapacityVerdict {
  const { capacity } = judge(run);
  if (capacity === null) throw new Error("no capacity was judged");
  return capacity;
}

const words = (capacity: CapacityVerdict): readonly string[] =>
  capacity.steps.map(({ phase, verdict }) => `${phase} ${verdict}`);

describe("a stress", () => {
  test("passes when the rate that was asked for held, whatever broke above it", () => {
    const verdict = judge(overloaded);
    expect(verdict).toMatchObject({ verdict: "pass", exitCode: 0, reasons: [] });
    expect(verdict.summary).toBe("held 400 iterations/s, broke at 600 (api-latency)");
    expect(verdict.capacity).toMatchObject({
      heldRate: 400,
      brokeRate: 600,
      brokeBy: ["api-latency"],
      atLeast: 400,
      reason: { code: "capacity-reached" },
    });
    expect(words(capacityOf(overloaded))).toEqual([
      "step/100 pass",
      "step/200 pass",
      "step/400 pass",
      "step/600 fail",
      "step/800 fail",
    ]);
  });

  test("passes when nothing broke", () => {
    expect(judge(healthy).summary).toBe("held 800 iterations/s, the highest step");
  });

  test("counts the load of the steps that held only", () => {
    const dropping = both(
      overloaded,
      onPhase("step/800", { droppedIterations: 3000, iterations: 400, cpuShare: 0.95 }),
      withLoad({ droppedIterations: 3000, iterations: 10_000, vusPeak: 800, startLagP99Seconds: null }),
    );
    const { verdict, load } = judge(dropping);
    expect(verdict).toBe("pass");
    expect(load).toMatchObject({ plannedIterations: 3500, startedIterations: 3500, deliveredShare: 1, cpuShare: 0.3 });
  });

  test("fails when a step broke at or below the rate that was asked for", () => {
    const verdict = judge(slowFrom(19));
    expect(verdict).toMatchObject({ verdict: "fail", exitCode: 1 });
    expect(verdict.summary).toBe("api-latency broke at 400 iterations/s, 400 asked; 200 held");
    expect(verdict.reasons.map(({ code }) => code)).toEqual(["capacity-too-low"]);
  });

  test("fails when not even the first step held", () => {
    expect(judge(slowFrom(0)).summary).toBe("api-latency broke at 100 iterations/s, 400 asked; no step below it held");
  });

  test("tells what it found when nothing was asked", () => {
    expect(judge(asking(null)(slowFrom(12)))).toMatchObject({
      verdict: "pass",
      summary: "held 100 iterations/s, broke at 200 (api-latency)",
    });
    expect(judge(asking(null)(slowFrom(0)))).toMatchObject({ verdict: "fail" });
  });

  test("does not guess between the steps", () => {
    const verdict = judge(asking(500)(overloaded));
    expect(verdict).toMatchObject({ verdict: "inconclusive", exitCode: 3 });
    expect(verdict.summary).toBe("step/600 broke and 400 held, but no step was at 500 iterations/s, which was asked");
  });

  test("does not guess above the highest step", () => {
    expect(judge(asking(1000)(healthy)).summary).toBe(
      "every step held, but the highest is 800 iterations/s: 1,000 was asked and not tried",
    );
  });

  test("judges objectives of other phases as ever", () => {
    const phase = "warmup-check";
    const [first] = gate.objectives;
    const objectives = first === undefined ? [] : [...gate.objectives, { ...first, phase }];
    const run = { ...healthy, plan: { ...healthy.plan, gate: { ...gate, objectives } } };
    expect(judge(run)).toMatchObject({ verdict: "inconclusive", reasons: [{ code: "phase-missing" }] });
  });
});

describe("a step", () => {
  const stepOf = (run: SimulatedRun, phase: string) => capacityOf(run).steps.find((step) => step.phase === phase);

  test.each([
    ["k6 was short of CPU", { cpuShare: 0.9 }, "k6 used 90 %"],
    ["k6 was late", { startLagP99Seconds: 3 }, "3.00 s late"],
    ["its CPU was not observed", { cpuShare: null }, "CPU was not observed"],
    ["iterations were dropped", { droppedIterations: 100 }, "1,900 of 2,000 planned iterations (95 %)"],
    ["k6 hung", { iterations: 10 }, "planned iterations"],
    ["its iterations were not observed", { iterations: null }, "did not report"],
    ["its dropped iterations were not observed", { droppedIterations: null }, "did not report"],
  ])("that met its objectives is not decided when %s", (_, change, why) => {
    const run = onPhase("step/400", change)(overloaded);
    expect(stepOf(run, "step/400")).toMatchObject({ verdict: "inconclusive" });
    expect(stepOf(run, "step/400")?.why).toContain(why);
    expect(judge(run)).toMatchObject({ verdict: "inconclusive", exitCode: 3 });
    expect(capacityOf(run)).toMatchObject({ heldRate: 200, reason: { code: "capacity-unknown" } });
  });

  test("that broke stays broken with dropped iterations, which an overloaded service causes", () => {
    const run = onPhase("step/600", { droppedIterations: 2000, iterations: 900, startLagP99Seconds: 9 })(overloaded);
    expect(stepOf(run, "step/600")).toMatchObject({ verdict: "fail" });
  });

  test.each([
    ["k6 was short of CPU", onPhase("step/600", { cpuShare: 0.9 })],
    ["k6's CPU was not observed", onPhase("step/600", { cpuShare: null })],
    ["other programs used the CPU", withLoad({ machine: { ...healthy.evidence.load.machine, othersCpuShare: 0.5 } })],
  ])("that broke is not decided when %s", (_, change) => {
    expect(stepOf(change(overloaded), "step/600")).toMatchObject({ verdict: "inconclusive" });
  });

  test("after dropped iterations is not late because of them", () => {
    const run = both(
      healthy,
      onPhase("step/400", { droppedIterations: 1 }),
      onPhase("step/600", { startLagP99Seconds: 9 }),
    );
    expect(stepOf(run, "step/600")).toMatchObject({ verdict: "pass" });
  });

  test("that nobody watched is not decided", () => {
    const run = withEvidence(({ load }) => ({ load: { ...load, phases: [] } }))(healthy);
    expect(new Set(capacityOf(run).steps.map(({ verdict }) => verdict))).toEqual(new Set(["inconclusive"]));
    expect(judge(run).verdict).toBe("inconclusive");
  });

  test("of a closed model has no rate to hold", () => {
    const run: SimulatedRun = { ...healthy, plan: { ...healthy.plan, load: { ...healthy.plan.load, unit: "VUs" } } };
    expect(judge(run)).toMatchObject({ verdict: "inconclusive", capacity: { heldRate: null } });
  });
});

describe("a stress that was ended in the step that broke", () => {
  const broke: RunEvent = {
    at: LOAD_START + 28,
    type: "objective-broke",
    slo: "api-latency",
    phase: "step/600",
    target: 0.95,
    good: 0,
    total: 500,
    windowSeconds: 1,
  };
  const ended = (run: SimulatedRun): SimulatedRun => ({
    ...run,
    events: [
      ...run.events.filter(({ at, type }) => at < broke.at && type !== "load-ended"),
      broke,
      { at: broke.at + 1, type: "load-ended", k6ExitCode: 105 },
    ],
    evidence: { ...run.evidence, load: { ...run.evidence.load, k6ExitCode: 105 } },
  });

  test("passes: that is its normal end, and steps above need not be reached", () => {
    const verdict = judge(ended(overloaded));
    expect(verdict).toMatchObject({ verdict: "pass", exitCode: 0, reasons: [] });
    expect(verdict.summary).toBe("held 400 iterations/s, broke at 600 (api-latency)");
    expect(words(capacityOf(ended(overloaded))).slice(-2)).toEqual(["step/600 fail", "step/800 not-reached"]);
  });

  test("fails when that was below what was asked", () => {
    expect(judge(ended(asking(700)(overloaded)))).toMatchObject({ verdict: "fail", exitCode: 1 });
  });

  test("leaves the step open when the generator was not healthy", () => {
    const run = ended(both(overloaded, asking(700), onPhase("step/600", { cpuShare: 0.95 })));
    expect(judge(run)).toMatchObject({ verdict: "inconclusive" });
    expect(capacityOf(run).brokeRate).toBeNull();
  });

  test("does not pass when it was interrupted before", () => {
    const cut: SimulatedRun = {
      ...healthy,
      events: [
        ...healthy.events.filter(({ at }) => at < LOAD_START + 20),
        { at: LOAD_START + 20, type: "cut-short", cause: "SIGINT" },
      ],
    };
    expect(judge(cut)).toMatchObject({ verdict: "inconclusive", exitCode: 130 });
  });
});

const phases = STAIRCASE.slice(1).map(([phase]) => phase);
const change = fc.record(
  {
    cpuShare: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    startLagP99Seconds: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    droppedIterations: fc.option(fc.nat(3000)),
    iterations: fc.option(fc.nat(5000)),
  },
  { requiredKeys: [] },
);
const changes = fc
  .array(fc.tuple(fc.constantFrom(...phases), change), { maxLength: 4 })
  .map((list) => list.map(([phase, change]) => onPhase(phase, change as Partial<PhaseLoadEvidence>)));
const stress = fc
  .tuple(fc.constantFrom(0, 12, 19, 26, 33, 99), fc.option(fc.constantFrom(50, 100, 300, 400, 600, 800, 900)), changes)
  .map(([slow, atLeast, list]) => both(runs.get(slow) ?? healthy, asking(atLeast), ...list));
const runs = new Map([0, 12, 19, 26, 33].map((seconds) => [seconds, slowFrom(seconds)]));

test("any stress holds what is below what it breaks at, and passes only with what was asked", () => {
  fc.assert(
    fc.property(stress, (run) => {
      const { verdict, exitCode, capacity, load, reasons } = judge(run);
      expect(exitCode).not.toBe(70);
      const [held, broke] = [capacity?.heldRate ?? null, capacity?.brokeRate ?? null];
      if (held !== null && broke !== null) expect(held).toBeLessThan(broke);
      for (const step of capacity?.steps ?? []) {
        if (held !== null && step.rate <= held) expect(step.verdict).toBe("pass");
      }
      if (verdict === "pass") {
        expect(held).toBeGreaterThanOrEqual(capacity?.atLeast ?? 0);
        expect([...load.reasons, ...reasons]).toEqual([]);
      } else expect(reasons).not.toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test("a number of a held step that was not observed never makes more of a run", () => {
  const key = fc.constantFrom("cpuShare", "droppedIterations", "iterations");
  fc.assert(
    fc.property(stress, fc.constantFrom(...phases), key, (run, phase, key) => {
      const [before, after] = [capacityOf(run), capacityOf(onPhase(phase, { [key]: null })(run))];
      expect(after.heldRate ?? 0).toBeLessThanOrEqual(before.heldRate ?? 0);
      if (before.verdict !== "pass") expect(after.verdict).not.toBe("pass");
    }),
    { numRuns: 100 },
  );
});
