import { describe, expect, test } from "vitest";

import { findAbsences } from "./nobody-there.ts";

const WINDOW = { from: 1000, to: 1600 };
const ALWAYS = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
const absences = (...presences: readonly { readonly from: number; readonly to: number; readonly rate?: number }[]) =>
  findAbsences(
    presences.map((one) => ({ job: "api", rate: 5, ...one })),
    WINDOW,
    25,
  );

describe("the times in which no instance of a job was there", () => {
  test("are none while others go on", () => {
    expect(absences(ALWAYS, { from: 1300, to: 1310 })).toEqual([]);
    expect(absences({ ...ALWAYS, to: 1300 }, { ...ALWAYS, from: 1300 })).toEqual([]);
  });

  test("lie between those that left last and those that came next, at the higher of their rates", () => {
    const [left, leftLast] = [
      { ...ALWAYS, to: 1290 },
      { ...ALWAYS, to: 1300 },
    ];
    const lost = (rate: number) => [{ job: "api", from: 1300, to: 1400, lost: 100 * rate }];
    expect(absences(left, leftLast, { ...ALWAYS, from: 1400 })).toEqual(lost(10));
    expect(absences(leftLast, { ...ALWAYS, from: 1400, rate: 30 })).toEqual(lost(30));
  });

  test("begin with the window where nothing was there yet, and are those of each job by itself", () => {
    expect(absences({ ...ALWAYS, from: 1100 })).toEqual([{ job: "api", from: 1000, to: 1100, lost: 500 }]);
    const other = { ...ALWAYS, job: "web", rate: 5 };
    expect(findAbsences([other, { ...ALWAYS, job: "api", rate: 1, from: 1100 }], WINDOW, 25)).toEqual([
      { job: "api", from: 1000, to: 1100, lost: 100 },
    ]);
  });
});
