import { describe, expect, test } from "vitest";

import { readSlos } from "../model/parse-slos.ts";
import { lintSlos } from "./lint-slos.ts";

const lint = (text: string) =>
  lintSlos(readSlos([{ file: "a.yaml", text }])).map(({ line, level, code, message }) => [line, level, code, message]);

const sloOf = (target: string, query = "sum(a)") => `apiVersion: openslo/v1
kind: SLO
metadata: {name: x}
spec:
  service: api
  indicator:
    metadata: {name: x}
    spec:
      ratioMetric: {rawType: success, raw: {metricSource: {type: Prometheus, spec: {query: '${query}'}}}}
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{${target}}]
  alertPolicies: [{alertPolicyRef: page}]
---
`;
const alertOf = (op: string, threshold: number) => `apiVersion: openslo/v1
kind: AlertPolicy
metadata: {name: page}
spec: {conditions: [{conditionRef: burn}], notificationTargets: [{targetRef: me}]}
---
apiVersion: openslo/v1
kind: AlertNotificationTarget
metadata: {name: me}
spec: {target: mail}
---
apiVersion: openslo/v1
kind: AlertCondition
metadata: {name: burn}
spec:
  severity: page
  condition: {kind: burnrate, op: ${op}, threshold: ${threshold}, lookbackWindow: 1h}
`;

describe("the lint of SLOs", () => {
  test.each([
    ["gte", 14.4, "target: 0.99", false],
    ["gte", 10, "target: 0.9", false],
    ["gt", 10, "target: 0.9", true],
    ["gte", 14.4, "targetPercent: 90", true],
    ["gte", 14.4, "target: 0.93", true],
  ])("a burn rate %s %d with %s: can never fire is %s", (op, threshold, target, never) => {
    const found = lint(sloOf(target) + alertOf(op, threshold));
    expect(found).toEqual(
      never
        ? [[30, "error", "alert-never-fires", expect.stringContaining("spec.condition.threshold: a burn rate of")]]
        : [],
    );
  });

  test.each(["url", "path", "user_id", "trace_id", "client_ip", "id"])("a label %s is warned about", (label) => {
    const selected = sloOf("target: 0.9", `sum(a{${label}="x"})`) + alertOf("gte", 2);
    const grouped = sloOf("target: 0.9", `min(sum by (${label}) (a))`) + alertOf("gte", 2);
    for (const text of [selected, grouped]) {
      expect(lint(text)).toEqual([[9, "warning", "high-cardinality", expect.stringContaining(`'${label}'`)]]);
    }
  });

  test.each(["route", "status", "job", "instance", "le", "testid", "pathology"])("a label %s is not", (label) => {
    expect(lint(sloOf("target: 0.9", `sum(a{${label}="x"})`) + alertOf("gte", 2))).toEqual([]);
  });

  test("a query that shows the best of several values is warned about at its objective", () => {
    const text = sloOf("target: 0.9", "max(a)") + alertOf("gte", 2);
    expect(lint(text)).toEqual([
      [12, "warning", "hides-values", expect.stringMatching(/^max\(a\): one high value hides all others/)],
    ]);
  });

  test("a mistake in a file is an error at its line", () => {
    expect(lint(sloOf("target: 99") + alertOf("gte", 2))).toEqual([
      [12, "error", "invalid", expect.stringContaining("for a percentage write targetPercent: 99")],
    ]);
  });
});
