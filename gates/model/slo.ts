import { z } from "zod";

import { durationSchema } from "../../lib/config/duration.ts";
import { alertPoliciesSchema } from "./alerts.ts";
import { documentSchema, nameSchema, notYet, notYetWords, operatorSchema, shorthandSchema } from "./parts.ts";
import { inlineSliSchema } from "./sli.ts";

const COMPOSITE = "it belongs to a composite SLO";

/** A share is in (0, 1): no finite number of events proves 100 %. */
const objectiveSchema = z
  .strictObject({
    displayName: z.string().optional(),
    target: z
      .number()
      .check(({ value, issues }) => {
        const hint = value > 1 && value < 100 ? `; for a percentage write targetPercent: ${value}` : "";
        if (value > 0 && value < 1) return;
        const message = `expected a share between 0 and 1, such as 0.999${hint}`;
        issues.push({ code: "custom", message, input: value });
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
    op: operatorSchema.optional(),
    value: z.number().optional(),
    timeSliceTarget: z
      .number()
      .check(({ value, issues }) => {
        if (value > 0 && value <= 1) return;
        const hint = value > 1 && value <= 100 ? `; ${value} % is ${Number((value / 100).toPrecision(12))}` : "";
        issues.push({ code: "custom", message: `expected a share above 0, up to 1${hint}`, input: value });
      })
      .optional(),
    timeSliceWindow: durationSchema.refine((seconds) => seconds > 0, "expected more than 0s").optional(),
    indicator: notYet(COMPOSITE),
    indicatorRef: notYet(COMPOSITE),
    compositeWeight: notYet(COMPOSITE),
  })
  .check(({ value, issues }) => {
    if ((value.target === undefined) !== (value.targetPercent === undefined)) return;
    issues.push({ code: "custom", message: "expected one of target and targetPercent", input: value });
  });

const timeWindowSchema = z
  .array(
    z.strictObject({
      duration: shorthandSchema,
      isRolling: z.literal(true, {
        error: (issue) => (issue.input === false ? notYetWords("expected true") : undefined),
      }),
      calendar: notYet(),
    }),
  )
  .length(1, { error: "expected exactly one time window" });

const sloSpecSchema = z
  .strictObject({
    description: z.string().optional(),
    service: z.string(),
    indicator: inlineSliSchema.optional(),
    indicatorRef: nameSchema.optional(),
    timeWindow: timeWindowSchema,
    budgetingMethod: z.enum(["Occurrences", "Timeslices", "RatioTimeslices"]),
    objectives: z.array(objectiveSchema).min(1, { error: "expected at least one objective" }),
    alertPolicies: alertPoliciesSchema.optional(),
  })
  .check(({ value, issues }) => {
    if ((value.indicator === undefined) === (value.indicatorRef === undefined)) {
      issues.push({ code: "custom", message: "expected one of indicator and indicatorRef", input: value });
    }
    const { budgetingMethod } = value;
    for (const [index, objective] of value.objectives.entries()) {
      const check = (key: "timeSliceTarget" | "timeSliceWindow", wanted: boolean): void => {
        if ((objective[key] !== undefined) === wanted) return;
        const message = wanted
          ? `missing; expected it with budgetingMethod: ${budgetingMethod}`
          : `it has no meaning with budgetingMethod: ${budgetingMethod}`;
        issues.push({ code: "custom", message, input: value, path: ["objectives", index, key] });
      };
      check("timeSliceTarget", budgetingMethod === "Timeslices");
      check("timeSliceWindow", budgetingMethod !== "Occurrences");
    }
  });

export const sloSchema = documentSchema("SLO", sloSpecSchema);

export type SloDocument = z.infer<typeof sloSchema>;
export type ObjectiveSpec = z.infer<typeof objectiveSchema>;
