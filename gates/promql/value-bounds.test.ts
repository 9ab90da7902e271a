import { describe, expect, test } from "vitest";

import { boundsOf } from "./value-bounds.ts";

const { POSITIVE_INFINITY: INF } = Number;

describe("the bounds of an expression's values", () => {
  test.each([
    ["q", -INF, INF],
    ["clamp_max(q, 5)", -INF, 5],
    ["clamp(q, 1, 5) * -2", -10, -2],
    ["clamp_min(clamp_max(q, 5), -1e1)", -10, 5],
    ["sum(rate(a[5m]))", 0, INF],
    ["-sum(rate(a[5m]))", -INF, 0],
    ["sum(clamp_max(q, 5))", -INF, INF],
    ["max_over_time(max(q <= 5)[4m:15s])", -INF, 5],
    ["avg without (x) (5 >= q)", -INF, 5],
    ["avg(scalar(a) >= (q <= 5))", -INF, 5],
    ["(a <= 5) unless on() (b > 1)", -INF, 5],
    ["(a <= 5) or (b <= 7)", -INF, 7],
    ["max(q unless q > 5)", -INF, 5],
    ["max(q unless on () ((q) > 5))", -INF, 5],
    ["max(q and (q <= 5))", -INF, 5],
    ["max(q and on () (q <= 5))", -INF, INF],
    ["a and (b < 5)", -INF, INF],
    ["bottomk(1, q) + 2m", -INF, INF],
    ["max(q) * 0", 0, 0],
    ["sum(a) - sum( a )", 0, 0],
    ["sum(a) / sum(a)", 1, 1],
    ["a / a offset 1h", -INF, INF],
    ["a - a offset 1h", -INF, INF],
    ["rate(a[1m]) / rate(b[1m])", 0, INF],
    ["rate(a[1m]) / (rate(b[1m]) + 2)", 0, INF],
    ["clamp(a, 1, 2) / (clamp(b, 2, 4))", 0.25, 1],
    ["1 / up", 1, INF],
    ["max(up{job='a'})", 0, 1],
    ["uptime", -INF, INF],
    ["count(up == 1)", 1, INF],
    ["group(q)", 1, 1],
    ["quantile(0.5, clamp_max(q, 5))", -INF, 5],
    ["quantile(2, clamp_max(q, 5))", -INF, INF],
    ["histogram_quantile(0.9, rate(b_bucket[1m]))", -INF, INF],
    ["q == 3", 3, 3],
    ["q != 3", -INF, INF],
    ["time() - max(q)", -INF, INF],
    ["# a comment\nclamp_max(q, # another\n 5)", -INF, 5],
    ["q % 5", -5, 5],
    ["q ^ 0", 1, 1],
    ["ceil(clamp_max(q, 4.5))", -INF, 5],
  ])("%s is from %d to %d", (query, low, high) => {
    expect(boundsOf(query)).toEqual({ low, high });
  });

  test("are open where a comparison leaves out their end", () => {
    expect(boundsOf("max(q < 5)")).toEqual({ low: -INF, high: 5, highOpen: true });
    expect(boundsOf("-max(5 > q)")).toEqual({ low: -5, high: INF, lowOpen: true });
  });
});
