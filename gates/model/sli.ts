import { z } from "zod";

import { readExpression } from "../promql/expression.ts";
import { readSelector } from "../promql/selector.ts";
import { documentSchema, metadataSchema, nameSchema } from "./parts.ts";

const metricSourceSchema = z
  .strictObject({
    type: z.literal("Prometheus").optional(),
    metricSourceRef: nameSchema.optional(),
    spec: z.strictObject({ query: z.string() }),
  })
  .check(({ value, issues }) => {
    if (value.type !== undefined || value.metricSourceRef !== undefined) return;
    issues.push({ code: "custom", message: "expected type: Prometheus, or a metricSourceRef", input: value });
  });

const metricSchema = z.strictObject({ metricSource: metricSourceSchema });

export type Metric = z.infer<typeof metricSchema>;

const ratioMetricSchema = z
  .strictObject({
    counter: z.boolean({ error: "expected true, where the queries select counters, or false" }).optional(),
    good: metricSchema.optional(),
    bad: metricSchema.optional(),
    total: metricSchema.optional(),
    raw: metricSchema.optional(),
    rawType: z.enum(["success", "failure"]).optional(),
  })
  .check(({ value, issues }) => {
    const wrong = (message: string, path: PropertyKey[] = []): void => {
      issues.push({ code: "custom", message, input: value, path });
    };
    const { counter, good, bad, total, raw, rawType } = value;
    if (raw !== undefined) {
      if (good !== undefined || bad !== undefined || total !== undefined)
        wrong("expected either raw, or total with one of good and bad");
      if (rawType === undefined) wrong("missing; expected rawType: success or failure beside raw");
      if (counter === true) wrong("raw is a ratio already, no counter: expected counter: false", ["counter"]);
      wrongQuery(raw, readExpression, (message) => wrong(message, ["raw", ...QUERY]));
      return;
    }
    if (rawType !== undefined) wrong("it belongs to raw", ["rawType"]);
    if (counter === undefined)
      wrong("missing; expected true, where the queries select counters, or false", ["counter"]);
    if (total === undefined) wrong("missing; expected a query of all events", ["total"]);
    if ((good === undefined) === (bad === undefined)) wrong("expected one of good and bad beside total");
    const read = counter === false ? readExpression : readSelector;
    for (const [key, metric] of Object.entries({ good, bad, total })) {
      if (metric !== undefined) wrongQuery(metric, read, (message) => wrong(message, [key, ...QUERY]));
    }
  });

const QUERY = ["metricSource", "spec", "query"];

function wrongQuery(
  metric: Metric,
  read: (query: string) => { readonly kind: string; readonly message?: string },
  report: (message: string) => void,
): void {
  const { kind, message } = read(metric.metricSource.spec.query);
  if (kind === "refused") report(message ?? "");
}

/** The spec of an SLI, which stands in an SLO or in a document of its own. */
export const sliSpecSchema = z
  .strictObject({
    description: z.string().optional(),
    thresholdMetric: metricSchema.optional(),
    ratioMetric: ratioMetricSchema.optional(),
  })
  .check(({ value, issues }) => {
    const { thresholdMetric, ratioMetric } = value;
    if ((thresholdMetric === undefined) === (ratioMetric === undefined)) {
      issues.push({ code: "custom", message: "expected one of ratioMetric and thresholdMetric", input: value });
    }
    if (thresholdMetric === undefined) return;
    wrongQuery(thresholdMetric, readExpression, (message) => {
      issues.push({ code: "custom", message, input: value, path: ["thresholdMetric", ...QUERY] });
    });
  });

/** An indicator that is written into an SLO. */
export const inlineSliSchema = z.strictObject({ metadata: metadataSchema, spec: sliSpecSchema });

export const sliSchema = documentSchema("SLI", sliSpecSchema);

export type SliSpec = z.infer<typeof sliSpecSchema>;
