import { describe, expect, test } from "vitest";

import { parseSlos, readSlos } from "./parse-slos.ts";

const read = (text: string) => readSlos([{ file: "a.yaml", text }]);
const parse = (text: string) => parseSlos([{ file: "a.yaml", text }])[0];
const source = (query: string) => `{metricSource: {metricSourceRef: here, spec: {query: '${query}'}}}`;

const HERE = `apiVersion: openslo/v1
kind: DataSource
metadata: {name: here}
spec: {type: Prometheus, connectionDetails: {url: "http://127.0.0.1:9090", token: hush}}
---
`;

const slo = (indicator: string, objective: string, method = "Occurrences") => `${HERE}apiVersion: openslo/v1
kind: SLO
metadata: {name: memory}
spec:
  service: api
  ${indicator}
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: ${method}
  objectives: [{${objective}}]
`;
const inline = (spec: string) => `indicator: {metadata: {name: memory}, spec: {${spec}}}`;
const threshold = inline(`thresholdMetric: ${source("max(process_resident_memory_bytes)")}`);

const SLI = `---
apiVersion: openslo/v1
kind: SLI
metadata: {name: errors}
spec:
  ratioMetric:
    counter: false
    bad: ${source('sum(rate(r_total{code="500"}[1m]))')}
    total: ${source("sum(rate(r_total[1m]))")}
`;

describe("OpenSLO documents", () => {
  test("an indicator may stand in a document of its own, after the SLO that names it", () => {
    expect(parse(slo("indicatorRef: errors", "target: 0.99") + SLI)).toMatchObject({
      name: "memory",
      indicator: {
        kind: "levels",
        side: "bad",
        part: 'sum(rate(r_total{code="500"}[1m]))',
        total: "sum(rate(r_total[1m]))",
      },
    });
  });

  test("a threshold gets its bound from the objective", () => {
    expect(parse(slo(threshold, "op: lt, value: 2e8, target: 0.99"))).toMatchObject({
      indicator: { kind: "threshold", query: "max(process_resident_memory_bytes)" },
      objectives: [{ target: 0.99, condition: { op: "lt", value: 2e8 } }],
    });
  });

  test("a ratio may be given as it is", () => {
    const raw = inline(`ratioMetric: {raw: ${source("job:errors:ratio")}, rawType: failure}`);
    expect(parse(slo(raw, "target: 0.99"))).toMatchObject({
      indicator: { kind: "raw", query: "job:errors:ratio", rawType: "failure" },
    });
  });

  test("slices of time may be judged, in seconds too", () => {
    const objective = "target: 0.9, op: lt, value: 1, timeSliceWindow: 10s";
    expect(parse(slo(threshold, `${objective}, timeSliceTarget: 0.95`, "Timeslices"))?.objectives).toMatchObject([
      { slices: { kind: "good-slices", seconds: 10, target: 0.95 } },
    ]);
    expect(parse(slo(threshold, objective, "RatioTimeslices"))?.objectives).toMatchObject([
      { slices: { kind: "mean-share", seconds: 10 } },
    ]);
  });

  const ALERTS = `---
apiVersion: openslo/v1
kind: AlertPolicy
metadata: {name: page}
spec:
  conditions: [{conditionRef: fast-burn}]
  notificationTargets: [{targetRef: on-call}]
---
apiVersion: openslo/v1
kind: AlertCondition
metadata: {name: fast-burn}
spec: {severity: page, condition: {kind: burnrate, op: gte, threshold: 14.4, lookbackWindow: 1h, alertAfter: 5m}}
---
apiVersion: openslo/v1
kind: AlertNotificationTarget
metadata: {name: on-call}
spec: {target: slack}
---
apiVersion: openslo/v1
kind: Service
metadata: {name: api}
spec: {}
`;

  test("other kinds stand beside SLOs and change no verdict", () => {
    const { slos, problems } = read(slo(threshold, "op: lt, value: 1, target: 0.99") + ALERTS);
    expect(problems).toEqual([]);
    expect(slos).toHaveLength(1);
  });

  const whole = slo(threshold, "op: lt, value: 1, target: 0.99") + ALERTS;
  test.each([
    [
      "an SLI that is nowhere",
      slo("indicatorRef: erors", "target: 0.99") + SLI,
      "a.yaml:11: spec.indicatorRef: there is no SLI 'erors'; did you mean 'errors'?",
    ],
    [
      "a data source that is nowhere",
      whole.replace("metadata: {name: here}", "metadata: {name: there}"),
      "there is no DataSource 'here'",
    ],
    [
      "a data source of another type",
      whole.replace("type: Prometheus, conn", "type: Datadog, conn"),
      "expected a DataSource of type Prometheus; 'here' is of another (a.yaml:4)",
    ],
    [
      "a condition that is nowhere",
      whole.replace("conditionRef: fast-burn", "conditionRef: fast"),
      "there is no AlertCondition 'fast'",
    ],
    ["a target that is nowhere", whole.replace("targetRef: on-call", "targetRef: off-call"), "did you mean 'on-call'?"],
    [
      "a service that is nowhere",
      whole.replace("service: api", "service: apo"),
      "there is no Service 'apo'; did you mean 'api'?",
    ],
    [
      "a typo in another kind",
      whole.replace("alertAfter", "alertAftr"),
      "unknown key 'alertAftr'; did you mean 'alertAfter'?",
    ],
    ["a name of a kind that is taken", whole + ALERTS, "'page' is taken by a.yaml:18"],
    [
      "a threshold without a bound",
      slo(threshold, "target: 0.99"),
      "objectives[0].op: missing; expected it with a thresholdMetric",
    ],
    [
      "a threshold that k6 should count",
      whole.replace("{name: memory}", "{name: memory, annotations: {proofload.dev/caller-total: k6_x_total}}"),
      "which no thresholdMetric is",
    ],
    [
      "an indicator twice",
      whole.replace("  timeWindow", "  indicatorRef: errors\n  timeWindow"),
      "expected one of indicator and indicatorRef",
    ],
    [
      "a metric of no source",
      whole.replace("metricSourceRef: here, ", ""),
      "expected type: Prometheus, or a metricSourceRef",
    ],
    ["raw without its type", slo(inline(`ratioMetric: {raw: ${source("a:b")}}`), "target: 0.9"), "expected rawType"],
    [
      "a query that is always the same",
      whole.replace("max(process_resident_memory_bytes)", "vector(1)"),
      "thresholdMetric.metricSource.spec.query: expected a PromQL expression with one value at a time, with a metric",
    ],
    ["a query that is no PromQL", whole.replace("max(process", "max((process"), "this is no PromQL"],
    [
      "metrics of the service and of k6",
      whole.replace("max(process", "max(k6_vus) / max(process"),
      "expected metrics of the service or of k6, not of both",
    ],
    [
      "a slice's target of 95",
      slo(threshold, "op: lt, value: 1, target: 0.9, timeSliceWindow: 1m, timeSliceTarget: 95", "Timeslices"),
      "95 % is 0.95",
    ],
  ])("%s is refused, and told where", (_, text, message) => {
    expect(text).not.toBe(whole);
    expect(() => parse(text)).toThrow(message);
  });

  test("what a data source connects by is in no message", () => {
    expect(() => parse(slo(threshold, "target: 2"))).not.toThrow("hush");
  });
});
