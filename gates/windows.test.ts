import { describe, expect, test } from "vitest";

import type { RunEvent } from "../lib/run/events.ts";
import { chooseEdges, runWindows } from "./windows.ts";
import type { JudgedWindow } from "./windows.ts";

const phase = (name: string, at: number): RunEvent => ({ at, type: "phase", phase: name });
const events: readonly RunEvent[] = [
  phase("warmup", 0),
  phase("baseline", 5),
  phase("fault/latency", 17),
  { at: 17.3, type: "fault-injected", fault: "latency", target: "proxy/store" },
  phase("recovery/latency", 27),
  { at: 30, type: "load-ended", k6ExitCode: 0 },
];

describe("runWindows", () => {
  test("gives one scrape interval on either side to settle, but none of a fault's phase", () => {
    expect(runWindows(events, 1)).toEqual({
      phases: [
        { phase: "warmup", from: 0, to: 5 },
        { phase: "settle", from: 5, to: 6 },
        { phase: "baseline", from: 6, to: 16 },
        { phase: "settle", from: 16, to: 17 },
        { phase: "fault/latency", from: 17, to: 27 },
        { phase: "settle", from: 27, to: 28 },
        { phase: "recovery/latency", from: 28, to: 29 },
        { phase: "settle", from: 29, to: 30 },
      ],
      judged: [
        { phase: "baseline", began: 5, asked: { from: 6, to: 16 }, lastMoment: 17, start: "after" },
        { phase: "fault/latency", asked: { from: 17.3, to: 27 }, lastMoment: 27, start: "before" },
        { phase: "recovery/latency", began: 27, asked: { from: 28, to: 29 }, lastMoment: 30, start: "after" },
      ],
    });
  });

  test("judges a fault's phase from its beginning if the fault was never injected", () => {
    const judged = runWindows(
      events.filter(({ type }) => type !== "fault-injected"),
      1,
    ).judged;
    expect(judged[1]).toMatchObject({ phase: "fault/latency", asked: { from: 17, to: 27 } });
  });

  test("has no judged window for a phase that is shorter than its guard bands", () => {
    const { phases, judged } = runWindows(events, 2);
    expect(judged.map(({ phase }) => phase)).toEqual(["baseline", "fault/latency"]);
    expect(phases.at(-1)).toEqual({ phase: "settle", from: 27, to: 30 });
  });

  test("ends the phase under way where the run was cut short, and drops those after it", () => {
    const cut = runWindows([...events, { at: 20, type: "cut-short", cause: "SIGINT" }], 1);
    expect(cut.phases.at(-1)).toEqual({ phase: "fault/latency", from: 17, to: 20 });
  });

  test("ends the phase in which an objective broke there, and leaves the rest of the load to settle", () => {
    const broke: RunEvent = {
      at: 24,
      type: "objective-broke",
      slo: "a",
      phase: "fault/latency",
      target: 0.9,
      good: 1,
      total: 2,
      windowSeconds: 5,
    };
    const { phases, judged } = runWindows([...events, broke], 1);
    expect(phases.slice(-2)).toEqual([
      { phase: "fault/latency", from: 17, to: 24 },
      { phase: "settle", from: 24, to: 30 },
    ]);
    expect(judged.at(-1)).toMatchObject({ phase: "fault/latency", lastMoment: 24 });
  });

  test("ends the last phase where the load was planned to end: k6 then only waits for what is under way", () => {
    const late: readonly RunEvent[] = [
      { at: 0, type: "load-started" },
      phase("baseline", 5),
      { at: 36, type: "load-ended", k6ExitCode: 0 },
    ];
    const { judged, phases } = runWindows(late, 1, 30);
    expect(judged).toEqual([
      expect.objectContaining({ phase: "baseline", asked: { from: 6, to: 29 }, lastMoment: 30 }),
    ]);
    expect(phases.at(-1)).toEqual({ phase: "settle", from: 30, to: 36 });
  });

  test("has no windows without an end", () => {
    expect(runWindows([phase("baseline", 5)], 1)).toEqual({ phases: [], judged: [] });
  });
});

describe("chooseEdges", () => {
  const inside: JudgedWindow = { phase: "baseline", asked: { from: 6, to: 16 }, lastMoment: 17, start: "after" };
  const fault: JudgedWindow = { phase: "fault/x", asked: { from: 17.3, to: 27 }, lastMoment: 27, start: "before" };
  const scrapes = Array.from({ length: 40 }, (_, second) => second + 0.4);
  const missing = { kind: "missing", message: expect.any(String) as string };

  test("counts from the first sample in a window to the first after it, inside the guard band", () => {
    expect(chooseEdges(scrapes, inside, 1.5)).toEqual({ kind: "edges", start: 6.4, end: 16.4 });
  });

  test("counts a fault from the last sample before its injection to the last in its phase", () => {
    expect(chooseEdges(scrapes, fault, 1.5)).toEqual({ kind: "edges", start: 16.4, end: 26.4 });
  });

  test("takes no sample from the next phase", () => {
    expect(chooseEdges([6.4, 15.5, 17.1], inside, 1.5)).toEqual({ kind: "edges", start: 6.4, end: 15.5 });
  });

  test.each([
    ["begins too late", [8, 16.4]],
    ["ends too early", [6.4, 14]],
    ["holds one sample", [16]],
    ["is empty", []],
  ])("finds no edges where the data %s", (_, times) => {
    expect(chooseEdges(times, inside, 1.5)).toEqual(missing);
  });

  const [begins, ends] = ["1970-01-01T00:00:06Z", "1970-01-01T00:00:16Z"];
  const before: JudgedWindow = { ...inside, lastMoment: 16, start: "before" };
  test.each([
    [
      [8, 16.4],
      inside,
      1.5,
      `begins (${begins}): the first one after it is 2.0 s off (1970-01-01T00:00:08Z), one within 1.5 s after it is needed`,
    ],
    [
      [3, 7, 16],
      before,
      1.5,
      `begins (${begins}): the last one before it is 3.0 s off (1970-01-01T00:00:03Z), one within 1.5 s before it is needed`,
    ],
    [
      [7.25, 16],
      before,
      1.5,
      `begins (${begins}): the first one after it is 1.3 s off (1970-01-01T00:00:07.250Z), one within 1.5 s before it is needed`,
    ],
    [
      [2, 4],
      inside,
      1.5,
      `begins (${begins}): the last one before it is 2.0 s off (1970-01-01T00:00:04Z), one within 1.5 s after it is needed`,
    ],
    [
      [6, 14],
      inside,
      1.5,
      `ends (${ends}): the last one before it is 2.0 s off (1970-01-01T00:00:14Z), one within 1.5 s is needed`,
    ],
    [
      [6, 14],
      inside,
      0,
      `ends (${ends}): the last one before it is 2.0 s off (1970-01-01T00:00:14Z), how often there should be one is not known`,
    ],
    [[], inside, 1.5, `begins (${begins}), nor anywhere near it`],
  ])(
    "says of %j which sample comes closest, how far off it is, and how far it may be",
    (times, window, reach, told) => {
      const message = `there is no sample where the window ${told}`;
      expect(chooseEdges(times, window, reach)).toEqual({ kind: "missing", message });
    },
  );

  test("says which one sample there is, where a window needs two", () => {
    const message = `the window (${begins} to ${ends}) holds one sample, at 1970-01-01T00:00:11Z, and needs two`;
    expect(chooseEdges([11], inside, 30)).toEqual({ kind: "missing", message });
  });
});
