import { expect, test } from "vitest";

import { availability, PLAN } from "../../reports/testing/fixture-plan.ts";
import { tooFewEvents } from "./expected-events.ts";

test("a plan whose phases can prove their objectives is not warned of", () => {
  expect(tooFewEvents(PLAN)).toEqual([]);
});

test("a phase that can't prove its objective, even without a failure, is told before the load", () => {
  const stages = [{ startSeconds: 0, endSeconds: 40, from: 10, to: 10 }];
  const plan = {
    ...PLAN,
    load: { ...PLAN.load, stages },
    gate: { ...PLAN.gate, objectives: [availability("baseline", 0.999), availability("baseline", 0.9)] },
  };
  const [warning, ...others] = tooFewEvents(plan);
  expect(warning).toMatch(/^baseline has about 100 iterations: too few to prove 99\.9 % of /);
  expect(others).toEqual([]);
});

test("of a closed model nobody can say how many events there will be", () => {
  const plan = { ...PLAN, load: { ...PLAN.load, unit: "VUs" as const } };
  expect(tooFewEvents(plan)).toEqual([]);
});
