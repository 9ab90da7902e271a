import { describe, expect, test } from "vitest";

import type { QueryOutcome, SeriesSamples } from "../../lib/run/evidence.ts";
import { createStartKeeper, keepStarts, restartsIn, startsOf } from "./process-starts.ts";

const series = (values: readonly number[], more: Record<string, string> = {}, first = 100): SeriesSamples => ({
  labels: { __name__: "process_start_time_seconds", job: "api", instance: "a:80", ...more },
  samples: values.map((value, index) => [first + 10 * index, value]),
});
const answer = (...of: readonly SeriesSamples[]): QueryOutcome => ({ kind: "ok", series: of, warnings: [], infos: [] });
const samplesOf = (outcome: QueryOutcome) =>
  outcome.kind === "ok" ? outcome.series.map(({ samples }) => samples) : [];

describe("the starts of a process", () => {
  test("are kept where it is first seen and where it is another one, whatever the clock's last second does", () => {
    const kept = keepStarts(answer(series([7, 8, 7, 7.4, 95, 95, 96, 131])));
    expect(samplesOf(kept)).toEqual([
      [
        [100, 7],
        [140, 95],
        [170, 131],
      ],
    ]);
  });

  test("are kept where they are told for the last time", () => {
    expect(samplesOf(keepStarts(answer(series([7, 7, 7.9, 8.8]))))).toEqual([
      [
        [100, 7],
        [130, 7],
      ],
    ]);
  });

  test("that are told no more may be those of any process from then on", () => {
    const starts = startsOf([
      {
        ...series([7]),
        samples: [
          [100, 7],
          [130, 7],
        ],
      },
    ]);
    expect(restartsIn(starts, [100, 110, 120, 130])).toEqual([]);
    expect(restartsIn(starts, [100, 110, 120, 130, 140, 150])).toEqual([140]);
  });

  test("drift with the machine's clock without being others, and are compared from one answer to the next", () => {
    const keeper = createStartKeeper();
    expect([...keeper.add(answer(series([7, 7.9, 8.8])))]).toEqual([["api/a:80", 100]]);
    expect([...keeper.add(answer(series([8.8, 9.7, 10.6], {}, 120)))]).toEqual([]);
    expect([...keeper.add(answer(series([10.6, 40], {}, 140)))]).toEqual([["api/a:80", 150]]);
    expect(samplesOf(keeper.finish())).toEqual([
      [
        [100, 7],
        [150, 40],
      ],
    ]);
  });

  test("are told by one series; several are of several processes", () => {
    expect(startsOf([series([7, 95])])).toHaveLength(2);
    expect(startsOf([series([7]), series([95], { pid: "2" })])).toEqual([]);
    expect(startsOf([])).toEqual([]);
    expect(restartsIn(startsOf([series([7, 95, 130])]), [])).toEqual([110, 120]);
  });

  test("that are told later than the first scrape are restarts if the process did not run at the scrape before", () => {
    const starts = startsOf([series([95])]);
    expect(restartsIn(starts, [80, 90, 100])).toEqual([100]);
    expect(restartsIn(starts, [96, 100])).toEqual([]);
    expect(restartsIn(starts, [100])).toEqual([]);
  });

  test("that were not answered are told so", () => {
    expect(keepStarts({ kind: "unreachable", message: "no" })).toEqual({ kind: "unreachable", message: "no" });
  });
});
