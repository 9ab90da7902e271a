import { describe, expect, test } from "vitest";

import type { SeriesSamples } from "../../lib/run/evidence.ts";
import { leftAtOnce, lifeIn, stayingJobs } from "./instance-life.ts";
import type { KnownInstance } from "./instance-life.ts";
import type { JudgedWindow } from "../windows.ts";

const WINDOW: JudgedWindow = { phase: "window", asked: { from: 1000, to: 1600 }, lastMoment: 1600, start: "before" };
/** One of several slices, of which the whole ends at 1600. */
const SLICE: JudgedWindow = { ...WINDOW, asked: { from: 1200, to: 1300 }, start: "after" };
const up = (from: number, to: number, failing: readonly number[] = []): SeriesSamples => {
  const count = Math.floor((to - from) / 10) + 1;
  return {
    labels: { __name__: "up", job: "api", instance: "a:80" },
    samples: Array.from({ length: count }, (_, nth) => [from + 10 * nth, failing.includes(from + 10 * nth) ? 0 : 1]),
  };
};
const known = (scraped: SeriesSamples, more: Partial<KnownInstance> = {}): KnownInstance => ({
  up: scraped,
  starts: [],
  reachSeconds: 15,
  slackSeconds: 25,
  mayLeave: false,
  ...more,
});
const STAYS = { born: null, left: null };

describe("an instance that is first scraped within a window", () => {
  test("is born there if its process started there", () => {
    const born = { startedAt: 1190, firstScrape: 1205, knownSince: 1205 };
    expect(lifeIn(WINDOW, known(up(1205, 1600), { starts: [[1205, 1190]] }))).toEqual({ born, left: null });
  });

  test("is not if nobody tells, its process is older, or its clock is ahead", () => {
    for (const starts of [[], [[1205, 984]], [[1205, 1206]]] as const) {
      expect(lifeIn(WINDOW, known(up(1205, 1600), { starts }))).toEqual(STAYS);
    }
  });

  test("is not if the start was told by a later scrape only, or it was known before the window", () => {
    expect(lifeIn(WINDOW, known(up(1205, 1600), { starts: [[1215, 1190]] }))).toEqual(STAYS);
    const before = up(990, 1600, [990, 1000]);
    expect(lifeIn(WINDOW, known(before, { starts: [[1010, 1005]] }))).toEqual(STAYS);
  });

  test("may fail its first scrapes, which it did not live to answer", () => {
    const born = { startedAt: 1190, firstScrape: 1215 };
    expect(lifeIn(WINDOW, known(up(1195, 1600, [1195, 1205]), { starts: [[1215, 1190]] }))).toMatchObject({ born });
  });

  test("is born of a process that started as little before the window as a scrape may be, but not before a slice", () => {
    const starts = [[1005, 985]] as const;
    expect(lifeIn(WINDOW, known(up(1005, 1600), { starts }))).toMatchObject({ born: { startedAt: 985 } });
    const slice = { ...SLICE, asked: { from: 1000, to: 1100 } };
    expect(lifeIn(slice, known(up(1005, 1600), { starts }))).toEqual(STAYS);
  });

  test("is not if it was known for long before its process started, unless processes may come and go", () => {
    const failing = Array.from({ length: 6 }, (_, nth) => 1195 + 10 * nth);
    const scraped = up(1195, 1600, failing);
    const later = { starts: [[1255, 1250]] as const };
    expect(lifeIn(WINDOW, known(scraped, later))).toEqual(STAYS);
    const born = { startedAt: 1250, firstScrape: 1255, knownSince: 1195 };
    expect(lifeIn(WINDOW, known(scraped, { ...later, mayLeave: true }))).toEqual({ born, left: null });
  });

  test("was not there in the slices before", () => {
    const later = known(up(1405, 1600), { starts: [[1405, 1390]] });
    expect(lifeIn(SLICE, later)).toBeNull();
    const next = { ...SLICE, asked: { from: 1300, to: 1400 } };
    // Its process began in this one, and was scraped in the next.
    expect(lifeIn(next, later)).toMatchObject({ born: { startedAt: 1390 } });
    expect(lifeIn({ ...SLICE, asked: { from: 1400, to: 1500 } }, later)).toEqual(STAYS);
  });
});

describe("an instance that is scraped no more", () => {
  const gone = known(up(900, 1250), { mayLeave: true });

  test("left where that is allowed, with the last scrapes that it failed", () => {
    expect(lifeIn(WINDOW, known(up(900, 1250)))).toEqual(STAYS);
    expect(lifeIn(WINDOW, gone)).toEqual({ born: null, left: { lastScrape: 1250, knownUntil: 1250 } });
    const failing = known(up(900, 1270, [1260, 1270]), { mayLeave: true });
    expect(lifeIn(WINDOW, failing)).toMatchObject({ left: { lastScrape: 1250, knownUntil: 1270 } });
  });

  test("was away, and did not leave, if it failed for longer", () => {
    const failing = known(up(900, 1280, [1260, 1270, 1280]), { mayLeave: true });
    expect(lifeIn(WINDOW, failing)).toEqual(STAYS);
  });

  test("is no more in the slices after, and whole in those before", () => {
    expect(lifeIn({ ...SLICE, asked: { from: 1100, to: 1200 } }, gone)).toEqual(STAYS);
    expect(lifeIn(SLICE, gone)).toMatchObject({ left: { lastScrape: 1250 } });
    expect(lifeIn({ ...SLICE, asked: { from: 1300, to: 1400 } }, gone)).toBeNull();
  });

  test("has nothing to be counted where it was scraped once", () => {
    const life = { born: null, left: { lastScrape: 1205, knownUntil: 1205 } };
    expect(leftAtOnce(SLICE, life, [1195, 1205])).toBe(true);
    expect(leftAtOnce(SLICE, life, [1200, 1205])).toBe(false);
    expect(leftAtOnce({ ...WINDOW, asked: { from: 1205, to: 1600 } }, life, [1195, 1205])).toBe(true);
    expect(leftAtOnce(WINDOW, life, [995, 1205])).toBe(false);
    expect(leftAtOnce(SLICE, { ...life, left: null }, [1205])).toBe(false);
  });

  test("can't have left if nothing of its job is scraped where the window ends", () => {
    expect([...stayingJobs([up(900, 1250), up(900, 1590)], 1600, 15)]).toEqual(["api"]);
    expect([...stayingJobs([up(900, 1250), up(900, 1580)], 1600, 15)]).toEqual([]);
    expect([...stayingJobs([up(900, 1600, [1590, 1600])], 1600, 15)]).toEqual([]);
  });
});
