import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { queriesOf } from "./counters/count-events.ts";
import { parseGate } from "./model/parse-gate.ts";
import { parseSlos } from "./model/parse-slos.ts";
import { planGate } from "./plan-gate.ts";
import type { GatedPhase } from "./plan-gate.ts";

const source = (path: string) => ({ file: path, text: readFileSync(join(import.meta.dirname, path), "utf8") });
const slos = parseSlos(
  ["availability", "latency", "availability-under-fault", "latency-under-fault"].map((name) =>
    source(`slo/api-${name}.yaml`),
  ),
);
const shipped = source("pr.yaml");
const quiet: readonly GatedPhase[] = [
  { phase: "warmup", callerCounts: false },
  { phase: "baseline", callerCounts: false },
];
const faulty: readonly GatedPhase[] = [
  ...quiet,
  { phase: "fault/latency", callerCounts: false },
  { phase: "recovery/latency", callerCounts: false },
  { phase: "fault/process-kill", callerCounts: true },
  { phase: "recovery/process-kill", callerCounts: false },
];

function plan(text: string, phases: readonly GatedPhase[], labels: Record<string, string> = {}) {
  const gate = parseGate({ file: "gates/pr.yaml", text });
  return planGate({ gate, slos, phases, labels, callerLabels: { testid: "run-1" } });
}

const objective = (slo: string, phases: string) => `apiVersion: proofload.dev/v1
kind: Gate
metadata: {name: pr}
spec:
  confidence: 0.95
  objectives:
    - slo: ${slo}
      phases: ${phases}
`;

describe("planGate", () => {
  test("refuses a gate that judges nothing while a fault is on", () => {
    expect(() => plan(objective("api-availability", "[baseline]"), faulty)).toThrow(
      "gates/pr.yaml judges nothing in fault/latency, so the run could pass whatever the fault does",
    );
  });

  test("refuses an objective without phases in a run, whatever its other mistakes are", () => {
    const text = `${objective("api-availability", "[]").replace(/ {6}phases: .*\n/, "")}    - slo: api-availabilty\n`;
    for (const phases of [quiet, faulty]) {
      expect(() => plan(text, phases)).toThrow(
        /gates\/pr\.yaml:7: spec\.objectives\[0\]\.phases: expected the phases of a run[^]*:8: spec\.objectives\[1\]\.slo: [^]*did you mean/,
      );
    }
  });

  test("refuses a capacity that no step reaches", () => {
    const steps = ["step/100", "step/200"].map((phase) => ({ phase, callerCounts: false }));
    const text = (atLeast: number) =>
      objective("api-availability", '["step/*"]').replace("spec:", `spec:\n  capacity: { atLeast: ${atLeast} }`);
    expect(() => plan(text(400), steps)).toThrow("asks for 400 iterations/s, but the highest step of the load is 200");
    expect(plan(text(200), steps).capacity).toEqual({ atLeast: 200 });
  });

  test("expands patterns to the run's phases", () => {
    const { confidence, objectives } = plan(shipped.text, faulty);
    // Of each of two tries.
    expect(confidence).toBeCloseTo(0.975, 12);
    expect(objectives.map(({ slo, phase, countedBy }) => `${slo} ${phase} ${countedBy}`)).toEqual([
      "api-availability baseline service",
      "api-latency baseline service",
      "api-availability-under-fault fault/latency service",
      "api-latency-under-fault fault/latency service",
      "api-availability-under-fault recovery/latency service",
      "api-latency-under-fault recovery/latency service",
      "api-availability-under-fault fault/process-kill caller",
      "api-availability-under-fault recovery/process-kill service",
      "api-latency-under-fault recovery/process-kill service",
    ]);
  });

  test("adds the labels of the one who counts to every selector", () => {
    const { objectives } = plan(shipped.text, faulty, { env: "ci" });
    expect(objectives[0]?.indicator).toEqual({
      kind: "bad",
      bad: `http_requests_total{job="api",status=~"5..",env="ci"}`,
      total: `http_requests_total{job="api",env="ci"}`,
    });
    expect(objectives.find(({ countedBy }) => countedBy === "caller")?.indicator).toEqual({
      kind: "good",
      good: `k6_http_reqs_total{expected_response="true",testid="run-1"}`,
      total: `k6_http_reqs_total{testid="run-1"}`,
    });
  });

  test("skips what is about faults in a run without an experiment", () => {
    expect(plan(shipped.text, quiet).objectives.map(({ phase }) => phase)).toEqual(["baseline", "baseline"]);
  });

  test("judges a phase once, however many patterns fit it", () => {
    const twice = objective("api-availability", `["fault/*", fault/latency, "fault/*"]`);
    expect(plan(twice, faulty).objectives.map(({ phase }) => phase)).toEqual(["fault/latency", "fault/process-kill"]);
  });

  const spike: readonly GatedPhase[] = [
    ...quiet,
    { phase: "spike", callerCounts: false },
    { phase: "recovery/spike", callerCounts: false },
  ];
  const steps: readonly GatedPhase[] = [
    { phase: "warmup", callerCounts: false },
    { phase: "step/100", callerCounts: false },
    { phase: "step/200", callerCounts: false },
    { phase: "step/400", callerCounts: false },
  ];

  test.each([
    ["smoke", quiet, ["api-availability baseline 0.99", "api-latency baseline 0.95"]],
    ["soak", quiet, ["api-availability baseline 0.999", "api-latency baseline 0.99"]],
    [
      "spike",
      spike,
      [
        "api-availability baseline 0.995",
        "api-latency baseline 0.99",
        "api-availability spike 0.98",
        "api-latency spike 0.9",
        "api-availability recovery/spike 0.995",
        "api-latency recovery/spike 0.95",
      ],
    ],
    [
      "stress",
      steps,
      [
        "api-availability step/100 0.99",
        "api-latency step/100 0.95",
        "api-availability step/200 0.99",
        "api-latency step/200 0.95",
        "api-availability step/400 0.99",
        "api-latency step/400 0.95",
      ],
    ],
  ])("plans gates/%s.yaml with targets of its own", (name, phases, expected) => {
    const { objectives } = plan(source(`${name}.yaml`).text, phases);
    expect(objectives.map(({ slo, phase, target }) => `${slo} ${phase} ${target}`)).toEqual(expected);
  });

  test("carries what a stress must reach, and what ends a run", () => {
    const stress = plan(source("stress.yaml").text, steps);
    expect(stress).toMatchObject({ capacity: { atLeast: 400 }, abortWindowSeconds: 60 });
    expect(stress.objectives.every(({ abortOnFail }) => abortOnFail)).toBe(true);
    const soak = plan(source("soak.yaml").text, quiet);
    expect(soak).toMatchObject({ capacity: null, abortWindowSeconds: 300 });
    expect(plan(shipped.text, quiet).objectives.some(({ abortOnFail }) => abortOnFail)).toBe(false);
  });

  test("replaces all targets of an SLO by the gate's, under the SLO's own title", () => {
    const [slo] = slos;
    if (slo === undefined) throw new Error("no SLO");
    const two = { ...slo, objectives: [0.9, 0.99].map((target) => ({ title: `${target}`, target, line: 3 })) };
    const text = `${objective(slo.name, "[baseline]")}      target: 0.97\n`;
    const gate = parseGate({ file: "g.yaml", text });
    const planned = planGate({ gate, slos: [two], phases: quiet, labels: {}, callerLabels: {} });
    expect(planned.objectives.map(({ title, target }) => [title, target])).toEqual([[slo.title, 0.97]]);
  });

  test("takes the gate's minimum of events before the SLO's, and says how failures come together", () => {
    const [slo] = slos;
    if (slo === undefined) throw new Error("no SLO");
    const planned = (more: string) => {
      const text = `${objective(slo.name, "[baseline]")}${more}`;
      const gate = parseGate({ file: "g.yaml", text: text.replace("confidence:", "failureBurst: 5\n  confidence:") });
      return planGate({ gate, slos: [{ ...slo, minEvents: 300 }], phases: quiet, labels: {}, callerLabels: {} });
    };
    expect(planned("").objectives[0]?.minEvents).toBe(300);
    expect(planned("      minEvents: 5000\n").objectives[0]?.minEvents).toBe(5000);
    expect(planned("").failureBurst).toBe(5);
    expect(plan(shipped.text, quiet)).toMatchObject({ failureBurst: 1, objectives: [{ minEvents: null }, {}] });
    expect(() => planned("      minEvents: 0\n")).toThrow("expected a whole number of events, at least 1");
  });

  test("shares its confidence among the tries that it allows for", () => {
    const planned = (more: string) =>
      plan(objective("api-latency", "[baseline]").replace("confidence:", `${more}confidence:`), quiet);
    expect(planned("")).toMatchObject({ confidence: 0.95 });
    expect(planned("")).not.toHaveProperty("repeats");
    expect(planned("repeats: 1\n  ").confidence).toBeCloseTo(0.975, 12);
    expect(planned("repeats: 4\n  ")).toMatchObject({ repeats: 4, confidence: 0.99 });
    expect(() => planned("repeats: 6\n  ")).toThrow("spec.repeats: expected at most 5");
  });

  test("says which objectives may be undecided, and from when on a recovery must hold", () => {
    const text = `${objective("api-latency", "[baseline]")}    - slo: api-availability\n      phases: ["recovery/*"]\n      recoversWithin: 1m\n      key: false\n`;
    const planned = plan(text, faulty.slice(0, 2).concat({ phase: "recovery/latency", callerCounts: false }));
    expect(planned.objectives).toMatchObject([
      { slo: "api-latency", budgetWindowSeconds: 2_592_000 },
      { slo: "api-availability", mayBeInconclusive: true, recoversWithinSeconds: 60 },
    ]);
    expect(planned.objectives[0]).not.toHaveProperty("mayBeInconclusive");
    expect(planned.objectives[0]).not.toHaveProperty("recoversWithinSeconds");
  });

  test("asks for a key objective in this very run", () => {
    const text = `${objective("api-latency", '["recovery/*"]')}    - slo: api-availability\n      phases: [baseline]\n      key: false\n`;
    expect(() => plan(text, quiet)).toThrow("no key objective in this run");
  });

  test.each(["gameday.yaml", "nightly.yaml"])("%s fits a run with faults", (file) => {
    const planned = plan(source(file).text, faulty);
    expect(new Set(planned.objectives.map(({ phase }) => phase))).toEqual(
      new Set(faulty.slice(1).map(({ phase }) => phase)),
    );
    expect(
      planned.objectives.filter(({ phase }) => phase.startsWith("recovery/")).map((one) => one.recoversWithinSeconds),
    ).not.toContain(undefined);
  });

  test("ends the run for a phase if one of the entries that fit it says so", () => {
    const twice = `${objective("api-latency", "[baseline]")}      abortOnFail: true\n    - slo: api-latency\n      phases: [baseline]\n`;
    expect(plan(twice, quiet).objectives.map(({ abortOnFail }) => abortOnFail)).toEqual([true]);
  });

  test("lets the caller count in every phase what only the caller counts", () => {
    const [slo] = slos;
    if (slo?.caller === undefined || slo.caller === null) throw new Error("no SLO that the caller counts");
    const own = { ...slo, indicator: slo.caller, indicatorCountedBy: "caller" as const };
    const gate = parseGate({ file: "g.yaml", text: objective(slo.name, `[baseline, "fault/*"]`) });
    const planned = planGate({
      gate,
      slos: [own],
      phases: faulty,
      labels: { env: "ci" },
      callerLabels: { testid: "run-1" },
    });
    expect(planned.objectives.map(({ countedBy, crossCheck }) => [countedBy, crossCheck])).toEqual(
      planned.objectives.map(() => ["caller", null]),
    );
    expect(new Set(planned.objectives.map((one) => queriesOf(one).at(-1)))).toEqual(
      new Set([`k6_http_reqs_total{testid="run-1"}`]),
    );
  });

  test("refuses a run in which nothing is judged", () => {
    expect(() => plan(objective("api-availability", `["fault/*"]`), quiet)).toThrow(
      "gates/pr.yaml judges nothing in this run, whose phases are: warmup, baseline",
    );
  });

  test.each([
    [
      "an unknown SLO",
      objective("api-availabilty", "[baseline]"),
      "gates/pr.yaml:7: spec.objectives[0].slo: no SLO is called 'api-availabilty'; did you mean 'api-availability'?",
    ],
    [
      "a phase that the run does not have",
      objective("api-latency", "[baseline, fault/partition]"),
      "gates/pr.yaml:8: spec.objectives[0].phases: the run has no phase 'fault/partition'; it has baseline, fault/latency, ",
    ],
    [
      "an SLO that nobody can count while the process is dead",
      objective("api-latency", `["fault/*"]`),
      "add the annotations proofload.dev/caller-good and proofload.dev/caller-total at slo/api-latency.yaml:4",
    ],
  ])("refuses %s, and says where", (_, text, message) => {
    expect(() => plan(text, faulty)).toThrow(message);
  });

  test("reports all problems at once", () => {
    const two = `${objective("nope", "[baseline]")}    - slo: api-latency\n      phases: [cooldown]\n`;
    expect(() => plan(two, faulty)).toThrow(/:7: [^]*:10: /);
  });
});

describe("parseGate", () => {
  test.each([
    ["warm-up", "[warmup]", "warmup and settle are never judged"],
    ["a pattern that is none", `["*"]`, "expected a phase such as baseline"],
    ["no phase", "[]", "expected at least one phase"],
  ])("refuses %s", (_, phases, message) => {
    expect(() => parseGate({ file: "g.yaml", text: objective("a", phases) })).toThrow(message);
  });

  test.each([
    ["target: 99.5", "expected a share between 0 and 1, such as 0.99; 99.5 % is 0.995"],
    ["target: 1", "expected a share between 0 and 1, such as 0.99"],
    ["target: 0", "expected a share between 0 and 1, such as 0.99"],
    ["abortOnFail: often", "expected true or false"],
    ["key: maybe", "expected true or false"],
    ["recoversWithin: 0s", "expected more than 0s"],
    ["recoversWithin: 5s", "it is about recoveries, and not about baseline"],
  ])("refuses %s, and says what is meant", (line, message) => {
    const text = `${objective("a", "[baseline]")}      ${line}\n`;
    expect(() => parseGate({ file: "g.yaml", text })).toThrow(`g.yaml:9: spec.objectives[0].${line.split(":")[0]}: `);
    expect(() => parseGate({ file: "g.yaml", text })).toThrow(message);
  });

  test("refuses a recovery without phases, and a misspelt `phases`", () => {
    const bare = objective("a", "[]").replace(/ {6}phases: .*\n/, "");
    expect(parseGate({ file: "g.yaml", text: bare }).objectives[0]?.phases).toEqual([]);
    expect(() => parseGate({ file: "g.yaml", text: `${bare}      recoversWithin: 5s\n` })).toThrow(
      "g.yaml:8: spec.objectives[0].recoversWithin: it is about recoveries, and not about a window without phases",
    );
    expect(() => parseGate({ file: "g.yaml", text: `${bare}      phase: [baseline]\n` })).toThrow(
      "did you mean 'phases'",
    );
  });

  test.each([
    [
      "  capacity: {atLeast: 400}\n",
      "[baseline]",
      "g.yaml:9: spec.capacity: a capacity is found in the steps of a load",
    ],
    ["  capacity: {atLeast: 0}\n", `["step/*"]`, "expected a rate above 0"],
    ["  abortWindow: 0s\n", "[baseline]", "expected more than 0s"],
    ["  abortWindow: 90\n", "[baseline]", "spec.abortWindow"],
  ])("refuses %j for %s", (line, phases, message) => {
    expect(() => parseGate({ file: "g.yaml", text: objective("a", phases) + line })).toThrow(message);
  });

  test("refuses a gate without a key objective, and a recovery's time beside abortOnFail", () => {
    const text = `${objective("a", '["recovery/*"]')}      key: false\n      recoversWithin: 5s\n      abortOnFail: true\n`;
    expect(() => parseGate({ file: "g.yaml", text })).toThrow("spec.objectives: expected a key objective");
    expect(() => parseGate({ file: "g.yaml", text })).toThrow(
      "spec.objectives[0].recoversWithin: it can't go with abortOnFail",
    );
  });

  test.each(["0.3", "1", "95", "high"])("refuses a confidence of %s", (confidence) => {
    const text = objective("a", "[baseline]").replace("0.95", confidence);
    expect(() => parseGate({ file: "g.yaml", text })).toThrow("g.yaml:5: spec.confidence: expected a");
  });
});
