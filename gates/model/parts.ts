import { z } from "zod";

import { OPERATORS } from "./operators.ts";

const NOT_YET = "OpenSLO allows this, but proofload does not support it yet";

/** A key of OpenSLO v1 that would change the verdict if it were ignored. */
export function notYet(why?: string) {
  return z.undefined({ error: notYetWords(why) }).optional();
}

/** The words for what OpenSLO allows and proofload has no meaning for. */
export function notYetWords(why?: string): string {
  return why === undefined ? NOT_YET : `${NOT_YET}: ${why}`;
}

export const nameSchema = z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, {
  error: "expected a name of lower-case letters, digits and dashes",
});

/** The metadata of any OpenSLO document. */
export const metadataSchema = z.strictObject({
  name: nameSchema,
  displayName: z.string().optional(),
  labels: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

/** OpenSLO's duration: one number and one unit, from minutes to years. */
export const shorthandSchema = z
  .string()
  .regex(/^[1-9]\d*[mhdwMQY]$/, { error: "expected a duration such as 5m, 1h or 30d" });

export const operatorSchema = z.enum(OPERATORS);

/** A document of one kind, with what its spec holds. */
export function documentSchema<Kind extends string, Spec extends z.ZodType>(kind: Kind, spec: Spec) {
  return z.strictObject({
    apiVersion: z.literal("openslo/v1"),
    kind: z.literal(kind),
    metadata: metadataSchema,
    spec,
  });
}
