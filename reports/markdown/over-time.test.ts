import { describe, expect, it } from "vitest";

import type { RunRecord } from "../../lib/run/record.ts";
import { CUT_SHORT, FAILING, PASSING } from "../testing/fixtures.ts";
import { overTime } from "./over-time.ts";

const row = (text: string, name: string): readonly string[] =>
  text
    .split("\n")
    .find((line) => line.startsWith(`| ${name}`))
    ?.split("|")
    .map((cell) => cell.trim().replaceAll(/<\/?code>/g, ""))
    .slice(2, -1) ?? [];

describe("a run over time", () => {
  it("has a column for each phase, and shows where latency rose", () => {
    const text = overTime(PASSING, 10_000);
    const phases = text
      .split("\n")[2]
      ?.split("|")
      .map((cell) => cell.trim());
    const latency = row(text, "Latency, p99");
    const at = (phase: string): string => latency[(phases?.indexOf(phase) ?? 0) - 2] ?? "";
    expect(at("baseline")).toMatch(/^[▁▂▃]+$/);
    expect(at("fault/latency")).toMatch(/[▆▇█]/);
    expect(latency.at(-1)).toMatch(/\sms$/);
  });

  it("draws no column where nothing was seen, and nothing without evidence", () => {
    const { evidence } = PASSING;
    const [first] = PASSING.verdict.phases;
    const late = first?.to ?? 0;
    const charts = (evidence?.charts ?? []).map((chart) => ({
      ...chart,
      lines: chart.lines.map((line) => ({ ...line, samples: line.samples.filter(([at]) => at >= late) })),
    }));
    const partly: RunRecord = { ...PASSING, evidence: evidence === null ? null : { ...evidence, charts } };
    expect(row(overTime(partly, 10_000), "Load")[0]).toBe("");
    expect(overTime(CUT_SHORT, 10_000)).toBe("");
  });

  it("puts very many phases into one column", () => {
    const phases = Array.from({ length: 20 }, (_, index) => ({
      phase: `step/${index}`,
      from: (FAILING.verdict.phases[0]?.from ?? 0) + index,
      to: (FAILING.verdict.phases[0]?.from ?? 0) + index + 1,
    }));
    const text = overTime({ ...FAILING, verdict: { ...FAILING.verdict, phases } }, 10_000);
    expect(text.split("\n")[2]).toBe("|  | the whole load | Highest |");
  });
});
