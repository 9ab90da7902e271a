import { expect, test } from "vitest";

import type { SeriesSamples } from "../../lib/run/evidence.ts";
import { checkGenerations } from "./check-generations.ts";
import { whyPartIsAbsent } from "./check-parts.ts";
import type { Step } from "./steps.ts";

const series = (labels: SeriesSamples["labels"], ...times: readonly number[]): SeriesSamples => ({
  labels: { __name__: "requests_total", job: "api", instance: "a", ...labels },
  samples: times.map((at) => [at, at]),
});
const step = (to: number, restart = false): Step => {
  return { from: to - 10, to, restart, silent: false, gap: false, apartSeconds: 10 };
};
const OLD = [series({ status: "200" }, 10, 20), series({ status: "500" }, 10, 20)] as const;

/** Scraped at 10, 20, 30 and 40; it started again after 20. */
const check = (total: readonly SeriesSamples[], part: readonly SeriesSamples[], partMetric = "requests_total") =>
  checkGenerations({
    id: "api/a",
    part,
    total,
    steps: [step(20), step(30, true), step(40)],
    whyAbsent: whyPartIsAbsent(`${partMetric}{status=~"5.."}`, "requests_total"),
  });

test("what the version before a restart had says nothing of the one after it", () => {
  expect(check([...OLD, series({ code: "500" }, 30, 40)], [OLD[1]])).toMatchObject({
    reason: {
      code: "no-data",
      message: expect.stringMatching(/^api\/a between .*:30Z and .*:40Z: no series of requests_total has the label/),
    },
  });
  const renamed = check([...OLD, series({ status: "200" }, 30, 40)], [series({}, 10, 20)], "errors_total");
  expect(renamed).toMatchObject({ ok: false, reason: { code: "no-data" } });
});

test("a version without an error yet has the labels that would tell one", () => {
  expect(check([...OLD, series({ status: "200" }, 30, 40)], [OLD[1]]).ok).toBe(true);
  // Born behind the window, by the same process.
  expect(check([...OLD, series({}, 30, 40)], [OLD[1], series({ status: "500" }, 50)]).ok).toBe(true);
});
