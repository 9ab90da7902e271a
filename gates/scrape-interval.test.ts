import { describe, expect, test } from "vitest";

import type { SeriesSamples } from "../lib/run/evidence.ts";
import { agreedInterval, intervalIn } from "./scrape-interval.ts";

const at = (...times: readonly number[]): SeriesSamples => ({ labels: {}, samples: times.map((time) => [time, 1]) });

describe("the scrape interval", () => {
  test("is the median distance, which a gap does not change", () => {
    expect(intervalIn([at(0, 15, 30, 300, 315)])).toBe(15);
  });

  test("is that of most instances, so that a sparse one is seen to be sparse", () => {
    expect(intervalIn([at(0, 15, 30), at(0, 15, 30), at(0, 60, 120)])).toBe(15);
  });

  test("is the shorter of two that are as common", () => {
    expect(intervalIn([at(0, 60, 120), at(0, 15, 30)])).toBe(15);
  });

  test("is unknown without two samples", () => {
    expect(intervalIn([at(0), at()])).toBeNull();
  });

  test("is what Prometheus says where samples are missing all through", () => {
    expect(agreedInterval(30, [15])).toBe(15);
    expect(agreedInterval(16, [15])).toBe(16);
    expect(agreedInterval(15, [60])).toBe(15);
    expect(agreedInterval(15, [])).toBe(15);
    expect(agreedInterval(null, [15])).toBeNull();
  });
});
