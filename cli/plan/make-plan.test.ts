import { describe, expect, test } from "vitest";

import type { Slo } from "../../gates/model/parse-slos.ts";
import { projectSchema } from "../../lib/config/project.ts";
import type { LoadPlan } from "../../lib/run/load.ts";
import type { FaultPlan, RunPlan } from "../../lib/run/plan.ts";
import { PLAIN_EXPERIMENT } from "../../lib/testing/plain-experiment.ts";
import { makePlan, planTimeline } from "./make-plan.ts";

const load: LoadPlan = {
  scenario: "ci",
  file: "scenarios/ci.ts",
  executor: "ramping-arrival-rate",
  unit: "iterations/s",
  stages: [
    { startSeconds: 0, endSeconds: 5, from: 60, to: 600 },
    { startSeconds: 5, endSeconds: 40, from: 600, to: 600 },
  ],
  durationSeconds: 40,
  preAllocatedVUs: 780,
  maxVUs: 780,
  setupTimeoutSeconds: 60,
  gracefulStopSeconds: 5,
  warmupSeconds: 5,
  phases: [],
  constantMemory: false,
  overrides: { rate: null, durationSeconds: null, scale: null },
};

const fault = (name: string, startSeconds: number, holdSeconds: number, recoverySeconds: number): FaultPlan => ({
  name,
  group: name,
  kind: "latency",
  nature: "held",
  target: "proxy/store",
  settings: {},
  startSeconds,
  holdSeconds,
  recoverySeconds,
  callerCounts: false,
});

describe("the timeline of a run", () => {
  test("has the phases one after another, the last one until the load ends", () => {
    const faults = [fault("latency", 17, 10, 3), fault("kill", 30, 4, 5)];
    expect(planTimeline(load, { name: "e", faults })).toEqual([
      { phase: "warmup", startSeconds: 0, endSeconds: 5 },
      { phase: "baseline", startSeconds: 5, endSeconds: 17 },
      { phase: "fault/latency", startSeconds: 17, endSeconds: 27 },
      { phase: "recovery/latency", startSeconds: 27, endSeconds: 30 },
      { phase: "fault/kill", startSeconds: 30, endSeconds: 34 },
      { phase: "recovery/kill", startSeconds: 34, endSeconds: 40 },
    ]);
  });

  test("without faults or warm-up is all baseline", () => {
    expect(planTimeline({ ...load, durationSeconds: 10, warmupSeconds: 0 }, null)).toEqual([
      { phase: "baseline", startSeconds: 0, endSeconds: 10 },
    ]);
  });

  test("has the phases of the load's shape where there are some", () => {
    const phases = [
      { phase: "step/100", startSeconds: 5 },
      { phase: "step/200", startSeconds: 20 },
    ];
    expect(planTimeline({ ...load, phases }, null)).toEqual([
      { phase: "warmup", startSeconds: 0, endSeconds: 5 },
      { phase: "step/100", startSeconds: 5, endSeconds: 20 },
      { phase: "step/200", startSeconds: 20, endSeconds: 40 },
    ]);
    expect(() => planTimeline({ ...load, phases }, { name: "e", faults: [] })).toThrow(
      "scenario ci has phases of its own (step/100, step/200), so experiment e can't be laid into it",
    );
  });

  test("is refused when the load ends before its experiment", () => {
    expect(() => planTimeline(load, { name: "e", faults: [fault("late", 30, 10, 5)] })).toThrow(
      "the load lasts 40 s, but experiment e needs 45 s",
    );
  });
});

describe("a plan", () => {
  const project = projectSchema.parse({
    apiVersion: "proofload.dev/v1",
    kind: "Project",
    metadata: { name: "p" },
    spec: { service: { url: "http://127.0.0.1:1", requests: "r_total", processes: {} }, targets: ["proxy/store"] },
  });
  const planWith = (faults: readonly FaultPlan[], ...phases: readonly string[]): RunPlan =>
    planLoad(load, faults, phases);
  const planSlo = (faults: readonly FaultPlan[], phases: readonly string[], slo: Partial<Slo>): RunPlan =>
    planLoad(load, faults, phases, slo);
  const planLoad = (
    offered: LoadPlan,
    faults: readonly FaultPlan[] | null,
    phases: readonly string[],
    slo: Partial<Slo> = {},
  ): RunPlan =>
    makePlan({
      runId: "run-1",
      createdAt: "2026-01-01T00:00:00.000Z",
      version: "0.0.0",
      project,
      environment: null,
      load: offered,
      experiment:
        faults === null
          ? null
          : { name: "e", title: "", hypothesis: "", file: "e.yaml", baselineSeconds: 12, ...PLAIN_EXPERIMENT, faults },
      gate: {
        name: "pr",
        file: "gates/pr.yaml",
        confidence: 0.95,
        failureBurst: 1,
        capacity: null,
        abortWindowSeconds: 60,
        repeats: 0,
        objectives: [
          {
            slo: "s",
            line: 1,
            target: null,
            abortOnFail: false,
            key: true,
            recoversWithinSeconds: null,
            minEvents: null,
            phases: phases.map((pattern) => ({ pattern, line: 1 })),
          },
        ],
      },
      slos: [
        {
          name: "s",
          title: "S",
          indicator: { kind: "bad", bad: 'r_total{status="500"}', total: "r_total" },
          indicatorCountedBy: "service",
          caller: null,
          callerDuration: null,
          minEvents: null,
          windowSeconds: 2_592_000,
          service: "p",
          objectives: [{ title: "S", target: 0.99, line: 1 }],
          source: { file: "s.yaml", line: 1 },
          ...slo,
        },
      ],
      earlier: [],
    });

  test("has what was asked for, and no more", () => {
    expect(planWith([fault("latency", 17, 10, 4)], "fault/*")).toMatchObject({
      experiment: { name: "e", faults: [{ name: "latency" }] },
      gate: { objectives: [{ slo: "s", phase: "fault/latency", countedBy: "service" }] },
      limits: { minDeliveredShare: 0.99, maxCpuShare: 0.8, maxStartLagSeconds: 0.25, maxCountMismatch: 0.01 },
    });
  });

  test("is refused for a step that climbs more than it holds its rate", () => {
    const phases = [{ phase: "step/600", startSeconds: 5 }];
    const stages = [
      { startSeconds: 0, endSeconds: 5, from: 60, to: 60 },
      { startSeconds: 5, endSeconds: 38, from: 60, to: 600 },
      { startSeconds: 38, endSeconds: 40, from: 600, to: 600 },
    ];
    expect(() => planLoad({ ...load, stages, phases }, null, ["step/*"])).toThrow(
      "scenarios/ci.ts: step/600 lasts 35 s, but holds a level for 2 s of them only",
    );
    expect(planLoad({ ...load, phases }, null, ["step/*"]).timeline).toHaveLength(2);
  });

  test("is refused for a target that did not opt in", () => {
    const faults = [{ ...fault("latency", 17, 10, 4), target: "process/api" }];
    expect(() => planWith(faults, "fault/*")).toThrow("fault latency is for 'process/api', which did not opt in");
  });

  test("is refused when a judged phase is too short to hold two samples for sure", () => {
    const faults = [fault("a", 17, 10, 3), fault("b", 30, 1, 4)];
    expect(() => planWith(faults, "recovery/a", "fault/*")).toThrow(
      "recovery/a, which lasts 3 s; with a scrape every 1 s it needs 4 s",
    );
    expect(() => planWith(faults, "fault/a", "fault/b")).toThrow(
      "fault/b, which lasts 1 s; with a scrape every 1 s it needs 2 s",
    );
    expect(planWith(faults.slice(0, 1), "fault/a").gate.objectives).toHaveLength(1);
  });

  test("is refused when a judged phase holds too few slices of time", () => {
    const faults = [fault("a", 17, 10, 8)];
    const sliced = (seconds: number): Partial<Slo> => ({
      objectives: [{ title: "S", target: 0.9, slices: { kind: "mean-share", seconds }, line: 1 }],
    });
    expect(() => planSlo(faults, ["fault/a"], sliced(3))).toThrow("with a scrape every 1 s it needs 15 s");
    expect(planSlo(faults, ["fault/a"], sliced(2)).gate.objectives).toHaveLength(1);
    // The guard bands are not judged.
    expect(() => planSlo(faults, ["baseline", "fault/*"], sliced(2.5))).toThrow(
      "lasts 12 s; with a scrape every 1 s it needs 14.5 s",
    );
    const ranged: Partial<Slo> = {
      indicator: { kind: "raw", query: "sum(rate(a[10s]))", rawType: "success" },
    };
    expect(() => planSlo(faults, ["baseline", "fault/*"], ranged)).toThrow("it needs 17 s");
  });

  test("is refused when an expression would pass over scrapes, before anything starts", () => {
    const faults = [fault("a", 17, 10, 8)];
    const asking = (query: string): Partial<Slo> => ({
      indicator: { kind: "threshold", query },
      objectives: [{ title: "S", target: 1, condition: { op: "lte", value: 5 }, line: 7 }],
    });
    const plan = (query: string): RunPlan => planSlo(faults, ["baseline", "fault/*"], asking(query));
    expect(() => plan("sum(rate(e_total[1500ms]))")).toThrow(
      /^s\.yaml:7: e_total\[1500ms\] may hold fewer than two scrapes, one every 1s, [^\n]*: write \[4s\]$/,
    );
    expect(() => plan("max_over_time(max(q)[4s:2s])")).toThrow(
      "looks once in 2 s, and what it reads is scraped every 1s: write [4s:1s]",
    );
    expect(plan("sum(rate(e_total[2s])) + max_over_time(max(q)[2s:1s])").gate.objectives).toHaveLength(2);
  });
});
