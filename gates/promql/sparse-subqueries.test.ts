import { expect, test } from "vitest";

import { sparseSubquery } from "./sparse-subqueries.ts";

test.each([
  ["max_over_time(max(q)[4m:4m])", 240],
  ["max_over_time(max(q)[4m:])", 60],
  ["max(q) + max_over_time(max(q)[4m:30s])", 30],
  ["max_over_time(sum(rate(a[30s]))[10m:1m])", 60],
  ["max_over_time((a:b + q)[10m:1m])", 60],
  ["max_over_time(max_over_time(q[1m])[10m:1m] offset 5m)", null],
  ["max_over_time(max(q)[4m:15s])", null],
  ["max_over_time(max_over_time(q[1m])[10m:])", null],
  ["avg_over_time(max_over_time(max(q)[1m:15s])[10m:1m])", null],
  ["max_over_time(a:b[5m])", null],
  ['max_over_time(max(job:q{a="b"})[10m:1m])', null],
  ["max(q)", null],
])("%s, scraped every 15 s, looks every %s s", (query, seconds) => {
  expect(sparseSubquery(query, 15)?.resolutionSeconds ?? null).toBe(seconds);
});
