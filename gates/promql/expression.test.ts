import { describe, expect, test } from "vitest";

import { addMatchersToAll, offScaleQueries, readExpression } from "./expression.ts";

describe("a PromQL expression", () => {
  test.each([
    ["up", 0],
    ["sum(rate(a[5m]))", 300],
    ["rate(a[5m]) / rate(b[1m30s] offset 1h)", 3690],
    ["max_over_time(rate(a[1m])[10m:1m])", 660],
    ["a / a offset 1w", 604_800],
    ["max_over_time(sum(a)[1m:15s] offset 1h) - max(a)", 3660],
  ])("%s reads samples from %d s back on", (query, seconds) => {
    expect(readExpression(query)).toMatchObject({ kind: "expression", expression: { reachSeconds: seconds } });
  });

  test("knows what it groups by", () => {
    expect(readExpression("sum by (job, url) (a) / sum without (path) (b)")).toMatchObject({
      expression: { groupedBy: ["job", "url"] },
    });
  });

  test.each([
    ["a[5m]", "not a range"],
    ["a @ 5", "without a fixed time"],
    ["a offset -5m", "no negative offset"],
    ["a offset 1w", "nothing would read a window's end"],
    [
      "max(max_over_time(a[6m] offset 3m)) - max_over_time(sum(a / b)[5m:] offset 3m)",
      "without an offset on each metric",
    ],
    ["1 + 1", "with a metric"],
    ["sum(a", "this is no PromQL"],
    ["sum(median(a[5m]))", "PromQL has no function median()"],
    ['sum({job="a"})', "with one metric name"],
    ["a != bool 3", "compare by the objective's op and value"],
    ["1 - max(absent(a))", "absent() is 1 where there is nothing"],
    ["absent_over_time(a[5m])", "is 1 where there is nothing"],
    ["sum(a) or vector(0)", "`or vector(0)` takes a misspelt metric for vector(0)"],
    ["max(sum(a) or on() (0 * vector(1)))", "takes a misspelt metric"],
    ["sum(a) or 0 * sum(b)", "takes a misspelt metric for 0 * sum(b)"],
    ["sum(a or up * (0.0))", "takes a misspelt metric"],
  ])("%s is refused: %s", (query, message) => {
    const reading = readExpression(query);
    expect(reading.kind === "refused" && reading.message).toContain(message);
  });

  test("of quantiles has questions for when they are off the scale", () => {
    expect(offScaleQueries("a / b")).toEqual([]);
    expect(
      offScaleQueries(
        "max(histogram_quantile(0.9, sum by (le) (rate(a_bucket[1m]))) * 1e3) + histogram_quantile( -(1) ,b)",
      ),
    ).toEqual([
      "histogram_quantile(0.9, sum by (le) (rate(a_bucket[1m]))) >= histogram_quantile(1, sum by (le) (rate(a_bucket[1m])))",
      "histogram_quantile( -(1) ,b) >= histogram_quantile( 1 ,b)",
    ]);
  });

  test("takes matchers in every selector", () => {
    expect(addMatchersToAll('sum(rate(a{b="c"}[5m])) / max(d) or e{}', { run: "1" })).toBe(
      'sum(rate(a{b="c",run="1"}[5m])) / max(d{run="1"}) or e{run="1"}',
    );
  });
});
