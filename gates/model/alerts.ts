import { z } from "zod";

import { documentSchema, metadataSchema, nameSchema, operatorSchema, shorthandSchema } from "./parts.ts";

const conditionSpec = z.strictObject({
  description: z.string().optional(),
  severity: z.string(),
  condition: z.strictObject({
    kind: z.literal("burnrate"),
    op: operatorSchema,
    threshold: z.number(),
    lookbackWindow: shorthandSchema,
    alertAfter: shorthandSchema.optional(),
  }),
});

const targetSpec = z.strictObject({ description: z.string().optional(), target: z.string() });

/** A document that is written into another one. */
function inline<Kind extends string, Spec extends z.ZodType>(kind: Kind, spec: Spec) {
  return z.strictObject({ kind: z.literal(kind), metadata: metadataSchema, spec });
}

const policySpec = z.strictObject({
  description: z.string().optional(),
  alertWhenNoData: z.boolean().optional(),
  alertWhenBreaching: z.boolean().optional(),
  alertWhenResolved: z.boolean().optional(),
  conditions: z
    .array(z.union([z.strictObject({ conditionRef: nameSchema }), inline("AlertCondition", conditionSpec)]))
    .length(1, { error: "expected exactly one condition" }),
  notificationTargets: z
    .array(z.union([z.strictObject({ targetRef: nameSchema }), inline("AlertNotificationTarget", targetSpec)]))
    .min(1, { error: "expected at least one notification target" }),
});

/** What an SLO names as its alert policies: by reference, or written into it. */
export const alertPoliciesSchema = z.array(
  z.union([z.strictObject({ alertPolicyRef: nameSchema }), inline("AlertPolicy", policySpec)]),
);

export const alertConditionSchema = documentSchema("AlertCondition", conditionSpec);
export const alertNotificationTargetSchema = documentSchema("AlertNotificationTarget", targetSpec);
export const alertPolicySchema = documentSchema("AlertPolicy", policySpec);

export type AlertConditionSpec = z.infer<typeof conditionSpec>;
export type AlertPolicySpec = z.infer<typeof policySpec>;
