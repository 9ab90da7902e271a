import { expect, test } from "vitest";

import { PLAN } from "../../reports/testing/fixture-plan.ts";
import { planText } from "./plan-text.ts";

test("a plan tells its settings with their units", () => {
  const { experiment } = PLAN;
  const [first] = experiment?.faults ?? [];
  if (experiment === null || first === undefined) throw new Error("the fixture has no faults");
  const settings = { latency: 0.2, jitter: 0, size: 64e6, rate: 50, loss: 0.3, direction: "downstream" };
  const text = planText({
    experiment,
    faults: [{ plan: { ...first, settings }, targets: ["proxy/store"], undo: ["curl"] }],
    hash: "sha256:0",
  }).replaceAll("\u00a0", " ");
  expect(text).toContain("; latency 200 ms, jitter 0 s, size 64 MB, rate 50 KB/s, loss 0.3, direction downstream\n");
});
