import { z } from "zod";

import { readSelector } from "./promql.ts";

const OTHER_KINDS = ["DataSource", "SLI", "AlertPolicy", "AlertCondition", "AlertNotificationTarget", "Service"];
const NOT_YET = "OpenSLO allows this, but proofload does not support it yet";

/** A key of OpenSLO v1 that would change the verdict if it were ignored. */
const notYet = (why?: string) => z.undefined({ error: why === undefined ? NOT_YET : `${NOT_YET}: ${why}` }).optional();

const name = z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, {
  error: "expected a name of lower-case letters, digits and dashes",
});

/** A PromQL query that is one plain selector. */
export const selectorSchema = z.string().check((context) => {
  const reading = readSelector(context.value);
  if (reading.kind === "refused") {
    context.issues.push({ code: "custom", message: reading.message, input: context.value });
  }
});

const metricSource = z.strictObject({
  metricSource: z.strictObject({
    type: z.literal("Prometheus"),
    metricSourceRef: notYet("write the query into spec"),
    spec: z.strictObject({ query: selectorSchema }),
  }),
});

const ratioMetric = z
  .strictObject({
    counter: z.literal(true, {
      error: (issue) =>
        issue.input === false ? `${NOT_YET}: with counter: true the queries select counters` : "expected true",
    }),
    good: metricSource.optional(),
    bad: metricSource.optional(),
    total: metricSource,
    raw: notYet(),
    rawType: notYet(),
  })
  .check(({ value, issues }) => {
    if ((value.good === undefined) !== (value.bad === undefined)) return;
    issues.push({ code: "custom", message: "expected one of good and bad beside total", input: value });
  });

/** A share is in (0, 1): no finite number of events proves 100 %. */
const objective = z
  .strictObject({
    displayName: z.string().optional(),
    target: z
      .number()
      .check(({ value, issues }) => {
        const hint = value > 1 && value < 100 ? `; for a percentage write targetPercent: ${value}` : "";
        if (value > 0 && value < 1) return;
        issues.push({
          code: "custom",
          message: `expected a share between 0 and 1, such as 0.999${hint}`,
          input: value,
        });
      })
      .optional(),
    targetPercent: z
      .number()
      .check(({ value, issues }) => {
        const hint = value > 0 && value <= 1 ? `; a share goes into target: ${value}` : "";
        if (value > 1 && value < 100) return;
        issues.push({ code: "custom", message: `expected a percentage between 1 and 100${hint}`, input: value });
      })
      .optional(),
    op: notYet("it belongs to a thresholdMetric"),
    value: notYet("it belongs to a thresholdMetric"),
    timeSliceTarget: notYet(),
    timeSliceWindow: notYet(),
    indicator: notYet(),
    indicatorRef: notYet(),
    compositeWeight: notYet(),
  })
  .check(({ value, issues }) => {
    if ((value.target === undefined) !== (value.targetPercent === undefined)) return;
    issues.push({ code: "custom", message: "expected one of target and targetPercent", input: value });
  });

/** An OpenSLO v1 document of kind SLO, as far as it is supported; whatever else the specification allows is an error. */
export const openSloSchema = z.strictObject({
  apiVersion: z.literal("openslo/v1"),
  kind: z.literal("SLO", {
    error: (issue) =>
      typeof issue.input === "string" && OTHER_KINDS.includes(issue.input)
        ? `OpenSLO allows kind ${issue.input}, but proofload does not support it yet; expected SLO`
        : undefined,
  }),
  metadata: z.strictObject({
    name,
    displayName: z.string().optional(),
    labels: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  spec: z.strictObject({
    description: z.string().optional(),
    service: z.string(),
    indicator: z.strictObject({
      metadata: z.strictObject({ name, displayName: z.string().optional() }),
      spec: z.strictObject({
        description: z.string().optional(),
        ratioMetric,
        thresholdMetric: notYet(),
      }),
    }),
    indicatorRef: notYet("write the indicator into the SLO"),
    timeWindow: z
      .array(
        z.strictObject({
          duration: z.string().regex(/^[1-9]\d*[mhdwMQY]$/, { error: "expected a duration such as 30d" }),
          isRolling: z.literal(true, {
            error: (issue) => (issue.input === false ? `${NOT_YET}: expected true` : undefined),
          }),
          calendar: notYet(),
        }),
      )
      .length(1, { error: "expected exactly one time window" }),
    budgetingMethod: z.literal("Occurrences", {
      error: (issue) =>
        /^(Ratio)?Timeslices$/.test(String(issue.input)) ? `${NOT_YET}: expected Occurrences` : undefined,
    }),
    objectives: z.array(objective).min(1, { error: "expected at least one objective" }),
    alertPolicies: notYet(),
  }),
});

export type OpenSlo = z.infer<typeof openSloSchema>;
