import { expect, test } from "vitest";

import type { RunEvent } from "../../lib/run/events.ts";
import type { FaultPlan, ProbePlan } from "../../lib/run/plan.ts";
import { judgeHypothesis } from "./judge-hypothesis.ts";

const fault = (name: string, group = name): FaultPlan => ({
  name,
  group,
  kind: "latency",
  nature: "held",
  target: "proxy/store",
  settings: {},
  startSeconds: 10,
  holdSeconds: 5,
  recoverySeconds: 2,
  callerCounts: false,
});
const probe: ProbePlan = {
  name: "lives",
  check: { kind: "promql", query: "up", op: "gte", value: 1 },
  when: ["before", "during", "after"],
};
type Probe = Extract<RunEvent, { readonly type: "probe" }>;
const answer = (when: Probe["when"], group: string | null, held: boolean | null, message = "seen"): RunEvent => ({
  at: 1,
  type: "probe",
  probe: "lives",
  when,
  group,
  held,
  message,
});
const all = [answer("before", null, true), answer("during", "slow", true), answer("after", "slow", true)];
const judged = (events: readonly RunEvent[], faults = [fault("slow"), fault("also", "slow")]) =>
  judgeHypothesis({ faults, steadyState: [probe] }, events);

test("holds when every question was asked at each of its times, and held", () => {
  expect(judged(all)).toMatchObject({
    probes: [{ verdict: "pass" }, { verdict: "pass" }, { verdict: "pass" }],
    reasons: [],
    failures: [],
  });
});

test("is refuted by one answer of many that did not hold", () => {
  const { failures } = judged([...all, answer("during", "slow", false, "0, asked ≥ 1")]);
  expect(failures).toEqual([{ code: "hypothesis-refuted", message: "lives did not hold during slow: 0, asked ≥ 1" }]);
});

test("is unknown where nobody answered, or nobody asked", () => {
  const { reasons, failures } = judged([
    answer("before", null, true),
    answer("during", "slow", null, "Prometheus is away"),
  ]);
  expect(failures).toEqual([]);
  expect(reasons).toEqual([
    { code: "probe-unanswered", message: "lives was not answered during slow: Prometheus is away" },
    { code: "probe-unanswered", message: "lives was not answered after slow: it was not asked" },
  ]);
});

test("is asked of every group of faults", () => {
  const { reasons } = judged(all, [fault("slow"), fault("dead")]);
  expect(reasons.map(({ message }) => message)).toEqual([
    "lives was not answered during dead: it was not asked",
    "lives was not answered after dead: it was not asked",
  ]);
});

test("what was not there before the first fault was refuted by none", () => {
  const { failures, probes } = judged([answer("before", null, false)]);
  expect(failures).toEqual([]);
  expect(probes[0]).toMatchObject({ when: "before", verdict: "fail" });
});
