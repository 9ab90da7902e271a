import { expect, test } from "vitest";

import { showSeries } from "./samples.ts";

test("a series of many labels is told by the first that have room, and always by whose it is", () => {
  const long = { __name__: "x_total", a: "1", pod: "p".repeat(90), b: "2", job: "api", instance: "10.0.0.1:80" };
  expect(showSeries({ labels: long, samples: [] })).toBe('x_total{job="api",instance="10.0.0.1:80",a="1",b="2",…}');
  expect(showSeries({ labels: { __name__: "x", a: "1" }, samples: [] })).toBe('x{a="1"}');
});
