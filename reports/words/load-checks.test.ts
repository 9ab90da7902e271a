import { describe, expect, it } from "vitest";
import type { LoadEvidence } from "../../lib/run/evidence.ts";
import type { ReasonCode } from "../../lib/run/reasons.ts";
import type { RunRecord } from "../../lib/run/record.ts";
import { CLOSED, CUT_SHORT, PASSING, STRESS } from "../testing/fixtures.ts";
import { loadChecks } from "./load-checks.ts";

const plain = (text: string): string => text.replaceAll("\u00a0", " ");
const held = (record: RunRecord): Record<string, boolean | null> =>
  Object.fromEntries(loadChecks(record).map(({ name, held }) => [name, held]));

function changed(change: Partial<LoadEvidence>, code?: ReasonCode): RunRecord {
  const { evidence, verdict } = PASSING;
  if (evidence === null) throw new Error("no evidence");
  const reasons = code === undefined ? [] : [{ code, message: "" }];
  return {
    ...PASSING,
    evidence: { ...evidence, load: { ...evidence.load, ...change } },
    verdict: { ...verdict, load: { ...verdict.load, reasons } },
  };
}

describe("the checks of a load", () => {
  it("hold each limit against what was seen", () => {
    expect(loadChecks(PASSING).map(({ name, seen, limit, held }) => [name, plain(seen), plain(limit), held])).toEqual([
      ["Iterations started", "24,000 of 24,000 planned (100 %), 0 dropped in the whole run", "at least 99 %", true],
      [
        "Requests",
        "24,000 by k6, 23,049 by the service (951 fewer)",
        "at most 1 % apart, beside what a fault hid from the service",
        true,
      ],
      ["Exceptions of the scenario", "0", "none", true],
      ["VUs busy at once", "118 of 780", "at most 90 %", true],
      ["CPU of k6", "31 % of all cores", "at most 80 %", true],
      ["Memory of k6", "184 MB of 16.4 GB", "at most 50 %", true],
      ["Start lag (p99)", "4 ms", "at most 100 ms", true],
      ["CPU taken by the hypervisor", "0.2 % of all cores", "at most 10 %", true],
      ["CPU of other programs", "4 % of all cores", "at most 25 % for a fail to stand", true],
    ]);
  });

  it.each([
    ["Exceptions of the scenario", changed({ exceptions: 3 }, "script-error")],
    ["VUs busy at once", changed({ vusPeak: 779 }, "vus-at-ceiling")],
    ["Memory of k6", changed({ memoryPeakBytes: 12e9 }, "generator-saturated")],
    [
      "CPU taken by the hypervisor",
      changed(
        { machine: { cores: 4, memoryBytes: 16.4e9, cpuShare: 0.6, stealShare: 0.3, othersCpuShare: 0 } },
        "machine-busy",
      ),
    ],
    [
      "CPU of other programs",
      changed({ machine: { cores: 4, memoryBytes: 16.4e9, cpuShare: 0.6, stealShare: 0, othersCpuShare: 0.3 } }),
    ],
  ])("say which one was not held: %s", (name, record) => {
    expect(
      Object.entries(held(record))
        .filter(([, is]) => is !== true)
        .map(([name]) => name),
    ).toEqual([name]);
  });

  it("know nothing of a load that nobody saw", () => {
    expect(Object.values(held(CUT_SHORT)).every((is) => is === null)).toBe(true);
  });

  it("ask no rate of a closed model, and no count of a service that has none", () => {
    expect(Object.keys(held(CLOSED))).not.toContain("VUs busy at once");
    expect(Object.keys(held(CLOSED))).not.toContain("Requests");
    expect(held(CLOSED)).toMatchObject({ "Iterations started": true, "Memory of k6": null });
  });

  it("ask no free VUs of a search for the highest rate", () => {
    expect(Object.keys(held(STRESS))).not.toContain("VUs busy at once");
  });
});
