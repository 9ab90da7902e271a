import { expect, test } from "vitest";

import { bucketEdgeOf } from "./bucket-edge.ts";
import { edgeOfSpellings, withAnySpelling } from "./edge-spelling.ts";

test.each([
  ['d_bucket{le="1"}', String.raw`d_bucket{le=~"1|1\\.0"}`],
  ['d_bucket{job="api",le="1.0",x="y"}', String.raw`d_bucket{job="api",le=~"1\\.0|1",x="y"}`],
  ["d_bucket{le='1000000'}", String.raw`d_bucket{le=~"1000000|1e\\+06"}`],
  ['d_bucket{le="0.00001"}', String.raw`d_bucket{le=~"0\\.00001|1e-05"}`],
  [
    'sum(rate(d_bucket{le="2"}[1m])) / sum(rate(d_bucket{le="+Inf"}[1m]))',
    String.raw`sum(rate(d_bucket{le=~"2|2\\.0"}[1m])) / sum(rate(d_bucket{le="+Inf"}[1m]))`,
  ],
])("%s fits the bucket however its edge is spelt", (query, any) => {
  expect(withAnySpelling(query)).toBe(any);
});

test.each([
  'd_bucket{le="0.25"}',
  'd_bucket{le="+Inf"}',
  'd_bucket{le!="1"}',
  'd_bucket{le=~"1"}',
  'd_bucket{le=""}',
  'handle="1"',
  'd_total{title="1",file="le=\\"1\\""}',
])("%s has one spelling only", (query) => {
  expect(withAnySpelling(query)).toBe(query);
});

test("a bucket is known by its edge after that, too", () => {
  expect(bucketEdgeOf(withAnySpelling('d_bucket{le="1"}'))).toEqual({ metric: "d_bucket", edge: "1" });
  expect(bucketEdgeOf('d_bucket{le="0.25"}')).toEqual({ metric: "d_bucket", edge: "0.25" });
  expect(bucketEdgeOf('d_bucket{le=~"1|2"}')).toBeNull();
  expect(edgeOfSpellings("0\\.25|0\\.5")).toBeNull();
  expect(edgeOfSpellings(".+")).toBeNull();
});
