import { describe, expect, test } from "vitest";

import { excuseFor } from "./excuses.ts";
import type { Excuse } from "./excuses.ts";

const api = { id: "api/h:1", job: "api", instance: "h:1" };
const kill: Excuse = { fault: "kill", target: "process/api", from: 100, to: 110, restarts: true, gaps: false };
const excused = (from: number, to: number, excuse: Partial<Excuse> = {}): boolean =>
  excuseFor([{ ...kill, ...excuse }], "restarts", api, { from, to }, 2.5) !== undefined;

describe("excuseFor", () => {
  test("excuses what is seen between the injection and the recovery, and at the first scrapes around them", () => {
    expect(excused(102, 103)).toBe(true);
    expect(excused(99, 101)).toBe(true);
    expect(excused(109, 112)).toBe(true);
  });

  test.each([
    ["before the injection", 98, 99],
    ["that began long before the injection", 90, 101],
    ["after the recovery", 111, 112],
    ["that lasts long after the recovery", 109, 120],
  ])("does not excuse what is seen %s", (_, from, to) => {
    expect(excused(from, to)).toBe(false);
  });

  test("excuses only what the fault declares, and on its own target", () => {
    expect(excused(102, 103, { restarts: false })).toBe(false);
    expect(excused(102, 103, { target: "process/store" })).toBe(false);
    expect(excused(102, 103, { target: "proxy/api" })).toBe(false);
    expect(excused(102, 103, { target: "h:1" })).toBe(true);
  });

  test("excuses without end where the target was not seen to come back", () => {
    expect(excused(500, 501, { to: Number.POSITIVE_INFINITY })).toBe(true);
  });
});
