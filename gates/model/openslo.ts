import { z } from "zod";

import { alertConditionSchema, alertNotificationTargetSchema, alertPolicySchema } from "./alerts.ts";
import { documentSchema } from "./parts.ts";
import { sliSchema } from "./sli.ts";
import { sloSchema } from "./slo.ts";

const serviceSchema = documentSchema("Service", z.strictObject({ description: z.string().optional() }));

const dataSourceSchema = documentSchema(
  "DataSource",
  z.strictObject({
    description: z.string().optional(),
    type: z.string(),
    // Open in the specification; a run has a Prometheus of its own, so nothing in it is used, or shown.
    connectionDetails: z.unknown(),
  }),
);

/** An OpenSLO v1 document of any kind, as far as it is supported; whatever else the specification allows is an error. */
export const openSloSchema = z.discriminatedUnion("kind", [
  sloSchema,
  sliSchema,
  serviceSchema,
  dataSourceSchema,
  alertPolicySchema,
  alertConditionSchema,
  alertNotificationTargetSchema,
]);

export type OpenSlo = z.infer<typeof openSloSchema>;
