import { describe, expect, test } from "vitest";

import { readTime, readWindow } from "./read-time.ts";

const NOW = 1_763_740_800.25;

describe("a moment", () => {
  test.each([
    ["now", NOW, true],
    ["-10m", NOW - 600, true],
    ["now-1h30m", NOW - 5400, true],
    ["1763740000", 1_763_740_000, false],
    ["1763740000.125", 1_763_740_000.125, false],
    ["2025-01-01T10:00:00Z", 1_735_725_600, false],
    ["2025-01-01t10:00:00.250z", 1_735_725_600.25, false],
    ["2025-01-01 11:30:00+01:30", 1_735_725_600, false],
    ["2024-02-29T00:00:00Z", 1_709_164_800, false],
  ])("%s is read", (text, at, relative) => {
    expect(readTime("--from", text, NOW)).toEqual({ at, relative });
  });

  test.each([
    "",
    "yesterday",
    "-10",
    "+10m",
    "10m",
    "2025-01-01",
    "2025-01-01T10:00:00",
    "2025-02-29T00:00:00Z",
    "2025-01-01T24:00:00Z",
    "2025-01-01T10:00:00+25:00",
    "1763740000000",
    "1e9",
    "NaN",
  ])("'%s' is a usage error that names the option", (text) => {
    expect(() => readTime("--from", text, NOW)).toThrow(/^--from: expected/);
  });
});

test("a moment without a zone is told what it lacks", () => {
  expect(() => readTime("--to", "2025-01-01T10:00:00", NOW)).toThrow(/which has no zone: add Z/);
  expect(() => readTime("--to", "2025-01-01", NOW)).not.toThrow(/zone/);
});

describe("a window", () => {
  test("says whether this machine's clock told any of it", () => {
    expect(readWindow({ from: "-1m", to: "now" }, NOW)).toEqual({ from: NOW - 60, to: NOW, relative: true });
    expect(readWindow({ from: "1763740000", to: "1763740060" }, NOW).relative).toBe(false);
  });

  test("may end a moment ahead, and no more", () => {
    expect(readWindow({ from: "-1m", to: String(NOW + 4) }, NOW).to).toBe(NOW + 4);
    expect(() => readWindow({ from: "-1m", to: String(NOW + 6) }, NOW)).toThrow(/is in the future: it is \S+Z here$/);
  });

  test.each([
    ["now", "-1m"],
    ["-1m", "-1m"],
  ])("from %s to %s is none", (from, to) => {
    expect(() => readWindow({ from, to }, NOW)).toThrow("is not before");
  });
});
