import { expect, test } from "vitest";

import { readEvaluations } from "../../gates/expressions/read-evaluations.ts";
import type { PrometheusClient } from "../../lib/prometheus/client.ts";
import type { ObjectivePlan } from "../../lib/run/plan.ts";
import { collectRanges } from "./collect-ranges.ts";

const OBJECTIVE = { indicator: { kind: "threshold", query: "x", op: "lt", value: 1 } } as unknown as ObjectivePlan;

/** A Prometheus in which `x` is its time; one behind Thanos's query frontend evaluates at multiples of the step only. */
function answering({ aligns }: { readonly aligns: boolean }): Pick<PrometheusClient, "queryRange"> {
  return {
    queryRange: (_query, { from, to }, step) => {
      const begin = aligns ? Math.floor(from / step) * step : from;
      const samples = Array.from(
        { length: Math.floor((to - begin) / step + 1e-6) + 1 },
        (_, index) => [Math.round((begin + index * step) * 1000) / 1000, begin + index * step] as const,
      );
      return Promise.resolve({ kind: "ok", series: [{ labels: {}, samples }], warnings: [], infos: [] });
    },
  };
}

test.each([
  ["whole minutes", { from: 1_735_725_607.25, to: 1_735_726_200 }, 60, [1_735_725_660, 1_735_726_200], 10],
  ["half seconds", { from: 1_735_725_600.123, to: 1_735_725_602 }, 0.5, [1_735_725_600.5, 1_735_725_602], 4],
  ["a beginning that is a multiple", { from: 1_735_725_600, to: 1_735_725_660 }, 15, [1_735_725_600, 1_735_725_660], 5],
  [
    "more than is asked for at once",
    { from: 1_735_725_600.5, to: 1_735_745_600 },
    1,
    [1_735_725_601, 1_735_745_600],
    20_000,
  ],
])(
  "no evaluation is missing where a server moves them to multiples of the step: %s",
  async (_name, window, step, ends, count) => {
    for (const aligns of [false, true]) {
      const [range] = await collectRanges(answering({ aligns }), [OBJECTIVE], window, step);
      const read = readEvaluations("x", range, window);
      const times = read.ok ? read.value.map(([at]) => at) : [];
      expect([times.at(0), times.at(-1)], String(aligns)).toEqual(ends);
      expect(times).toHaveLength(count);
    }
  },
);

test("a window without such a time is evaluated at its beginning", async () => {
  const [range] = await collectRanges(answering({ aligns: false }), [OBJECTIVE], { from: 7.1, to: 9 }, 15);
  expect(range?.outcome).toMatchObject({ kind: "ok", series: [{ samples: [[7.1, 7.1]] }] });
});
