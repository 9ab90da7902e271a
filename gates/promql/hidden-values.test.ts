import { describe, expect, test } from "vitest";

import { hiddenValues } from "./hidden-values.ts";

const hidden = (query: string, op: "lte" | "gte") =>
  hiddenValues({ kind: "threshold", query }, op).map(({ message }) => message);

describe("what a query keeps from its objective", () => {
  test.each([
    ["min(q)", "lte"],
    ["bottomk(1, q)", "lte"],
    ["max(q)", "gte"],
    ["min_over_time(max(q)[5m:15s])", "lte"],
    ["max(max_over_time(up[5m]))", "gte"],
    ["quantile(0.1, q)", "lte"],
    ["limitk(1, q)", "lte"],
    ["100 - max(free)", "lte"],
    ["-min(q)", "gte"],
  ] as const)("%s %s: the best of several values", (query, op) => {
    expect(hidden(query, op)).toContainEqual(expect.stringContaining("hides all others"));
  });

  test.each([
    ["max(q < 100)", "lte"],
    ["sum(100 >= q)", "lte"],
    ["max(q unless (q > 100))", "lte"],
    ["avg_over_time((max(q) < 100)[5m:15s])", "lte"],
    ["min(up > 0)", "gte"],
    ["max(q == 3)", "gte"],
  ] as const)("%s %s: values that are left out", (query, op) => {
    expect(hidden(query, op)).toContainEqual(expect.stringContaining("leaves out values that break"));
  });

  test.each([
    ["max(q)", "lte"],
    ["min(up)", "gte"],
    ["sum(rate(e[1m])) / (sum(rate(t[1m])) > 0)", "lte"],
    ["max(q > 0)", "lte"],
    ["count(q < 100) / count(q)", "gte"],
    ["sum(max by (pod) (up))", "gte"],
    ["max(sum(q))", "gte"],
    ["max(q) < 100", "lte"],
    ["quantile(0.9, q)", "lte"],
    ["histogram_quantile(0.1, rate(a_bucket[1m]))", "lte"],
    ["min(up) unless on () (sum(rate(e[1m])) > 0.1)", "gte"],
    ["max(q != 0)", "lte"],
  ] as const)("%s %s: nothing", (query, op) => {
    expect(hidden(query, op)).toEqual([]);
  });

  test("is told of shares, too", () => {
    const query = "avg(r < 0.5)";
    expect(hiddenValues({ kind: "raw", query, rawType: "failure" }, undefined)).toHaveLength(1);
    expect(hiddenValues({ kind: "raw", query, rawType: "success" }, undefined)).toHaveLength(0);
    expect(hiddenValues({ kind: "levels", part: query, total: "sum(t)", side: "bad" }, undefined)).toHaveLength(1);
    expect(hiddenValues({ kind: "good", good: "a", total: "b" }, undefined)).toEqual([]);
  });
});
