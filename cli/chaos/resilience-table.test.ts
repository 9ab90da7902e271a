import { expect, test } from "vitest";

import type { ExperimentVerdict } from "../../lib/run/verdict.ts";
import { resilienceRows, resilienceText } from "./resilience-table.ts";

const fault = (name: string): ExperimentVerdict["faults"][number] => ({
  name,
  kind: "latency",
  target: "proxy/store",
  injectedAt: 10,
  undoneAt: 14,
  recoveredAt: 15,
  proof: { kind: "proven", measurement: { what: "round trip", unit: "ms", before: 1, asked: 100, measured: 101 } },
  undoProof: { kind: "proven", measurement: { what: "round trip", unit: "ms", before: 1, asked: null, measured: 1 } },
});

const verdict: ExperimentVerdict = {
  schemaVersion: 1,
  kind: "experiment",
  runId: "r",
  experiment: "e",
  verdict: "fail",
  exitCode: 1,
  summary: "",
  reasons: [],
  faults: [fault("slow"), fault("tight"), fault("alone")],
  probes: [
    { probe: "before", when: "before", group: null, verdict: "pass", asked: 1, at: 12, message: "" },
    { probe: "answers", when: "during", group: "slow", verdict: "fail", asked: 1, at: 12, message: "" },
    { probe: "answers", when: "during", group: "alone", verdict: "pass", asked: 1, at: 12, message: "" },
  ],
  alerts: [],
};

test("what was asked of faults that were on together counts for each of them, and for no other", () => {
  const planned = {
    faults: [
      ["slow", "slow"],
      ["tight", "slow"],
      ["alone", "alone"],
    ].map(([name = "", group = ""]) => ({
      name,
      group,
      kind: "latency",
      nature: "held" as const,
      target: "proxy/store",
      settings: {},
      startSeconds: 0,
      holdSeconds: 1,
      recoverySeconds: 1,
      callerCounts: false,
    })),
  };
  const rows = resilienceRows(planned, verdict);
  expect(rows.map(({ fault: name, hypothesis }) => [name, hypothesis])).toEqual([
    ["slow", "refuted (answers)"],
    ["tight", "refuted (answers)"],
    ["alone", "held"],
  ]);
  expect(resilienceText(rows).split("\n")[0]).toMatch(/^VERDICT +EXPERIMENT +FAULT +TARGET +HYPOTHESIS/);
});
