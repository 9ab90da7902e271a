import { expect, test } from "vitest";

import { shortRange } from "./short-ranges.ts";

test.each([
  ["sum(rate(a[20s]))", "a[20s]", 2],
  ["max(q) + sum(increase(a[29s] offset 1m))", "a[29s]", 2],
  ["max(max_over_time(q[10s]))", "q[10s]", 1],
])("%s, scraped every 15 s, has %s in which %d scrapes are needed", (query, text, scrapes) => {
  expect(shortRange(query, 15)).toEqual({ text, scrapes });
});

test.each([
  "sum(rate(a[30s]))",
  "max(max_over_time(q[15s]))",
  "rate(job:q[20s])",
  "max(q)",
  "max_over_time(max(q)[10s:5s])",
])("%s, scraped every 15 s, has none that is too short", (query) => {
  expect(shortRange(query, 15)).toBeNull();
});

test("a measured interval may be a little longer than the one that was set", () => {
  expect(shortRange("sum(rate(a[30s]))", 15.02)).toBeNull();
});
