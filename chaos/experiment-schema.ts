import { z } from "zod";

import { durationSchema } from "../lib/config/duration.ts";

const name = z.string().regex(/^[a-z][a-z0-9-]*$/, "expected a name of lower-case letters, digits and dashes");
const someTime = durationSchema.refine((seconds) => seconds > 0, "expected more than 0s");
const OPERATORS = ["lt", "lte", "gt", "gte"] as const;

/** One question about the service, with what its answer must be. */
const checkShape = {
  /** A PromQL expression with one value. */
  promql: z.strictObject({ query: z.string().min(1), op: z.enum(OPERATORS), value: z.number() }).optional(),
  /** A GET: its status, how soon it must come, what its body must hold. */
  http: z
    .strictObject({
      url: z
        .string()
        .regex(
          /^(?:https?:\/\/\S+|\/\S*)$/,
          "expected http://HOST:PORT/PATH, or a path of the service such as /health",
        ),
      status: z.union([z.int().min(100).max(599), z.array(z.int().min(100).max(599)).nonempty()]).default(200),
      within: someTime.default(1),
      contains: z.string().min(1).optional(),
    })
    .optional(),
  /** An SLO over the last seconds, by what was counted: its own target, or another one. */
  slo: z
    .strictObject({ name: z.string(), window: someTime.default(5), target: z.number().gt(0).lt(1).optional() })
    .optional(),
};

const KINDS = ["promql", "http", "slo"] as const;

function exactlyOne(value: Readonly<Record<string, unknown>>): boolean {
  return KINDS.filter((kind) => value[kind] !== undefined).length === 1;
}

const ONE_CHECK = "expected one of promql, http and slo";

const probeSchema = z
  .strictObject({
    name,
    ...checkShape,
    /** When it must hold: before the first fault, while faults are on, and again after each. */
    when: z
      .array(z.enum(["before", "during", "after"]))
      .nonempty()
      .default(["before", "after"]),
  })
  .refine(exactlyOne, { error: ONE_CHECK });

const abortSchema = z
  .strictObject({
    name,
    ...checkShape,
    /** So long it must have been so before the experiment is ended; 0s: the first time. */
    for: durationSchema.default(0),
  })
  .refine(exactlyOne, { error: ONE_CHECK });

const alertSchema = z.strictObject({
  name: z.string().min(1),
  labels: z.record(z.string(), z.string()).default({}),
  /** Of an expected one: so soon after the fault had its effect it must fire. */
  within: someTime.default(60),
  /** Of an expected one: so soon after the fault was undone it must be over; left out: nobody looks. */
  resolvesWithin: someTime.optional(),
});

/** Containers by what they carry, in place of a target that is named. */
const selectSchema = z.strictObject({
  labels: z.record(z.string(), z.string()).optional(),
  name: z.string().min(1).optional(),
  /** A Docker Compose service. */
  service: z.string().min(1).optional(),
});

const COUNT = z.int().min(1, { error: "expected a whole number, at least 1" });
const SHARE = z.string().regex(/^(?:100|[1-9]\d?) ?%$/, 'expected a number of targets, a share such as "50%", or all');
const howMany = z.union([COUNT, z.literal("all"), SHARE]);

const waitSchema = z.union([
  durationSchema,
  z
    .strictObject({ min: durationSchema, max: durationSchema })
    .refine(({ min, max }) => min <= max, { error: "expected min before max" }),
]);

const faultSchema = z
  .strictObject({
    name,
    kind: z.string(),
    target: z.string().optional(),
    select: selectSchema.optional(),
    /** Of the containers that `select` finds. */
    take: howMany.default(1),
    /** The fault that it comes with: both are on at the same time. */
    with: z.string().optional(),
    /** How long to wait before it, after the recovery of the one before. */
    wait: waitSchema.optional(),
    /** How long it lasts; for an instant one, the least length of its phase. */
    hold: durationSchema.optional(),
    /** How long to watch before the next fault. */
    recovery: durationSchema.optional(),
    repeat: z.int().min(1).max(1000).default(1),
    settings: z.record(z.string(), z.unknown()).default({}),
  })
  .check(({ value, issues }) => {
    const report = (key: string, message: string): void =>
      void issues.push({ code: "custom", message, input: value, path: [key] });
    if ((value.target === undefined) === (value.select === undefined))
      report("target", "expected one of target and select");
    if (value.take !== 1 && value.select === undefined) report("take", "it belongs to select");
    if (value.select !== undefined && Object.values(value.select).every((one) => one === undefined)) {
      report("select", "expected labels, a name or a service: else it would be every container");
    }
    const alone = ["hold", "recovery"] as const;
    for (const key of alone) {
      if (value.with === undefined && value[key] === undefined) report(key, "missing; expected a duration such as 10s");
      if (value.with !== undefined && value[key] !== undefined) report(key, "it is that of the fault it comes `with`");
    }
    if (value.with === undefined) return;
    if (value.wait !== undefined) report("wait", "it is that of the fault it comes `with`");
    if (value.repeat !== 1) report("repeat", "it is that of the fault it comes `with`");
  });

/** An experiment's file: what is expected, what is broken, and where it ends. */
export const experimentSchema = z.strictObject({
  apiVersion: z.literal("proofload.dev/v1"),
  kind: z.literal("Experiment"),
  metadata: z.strictObject({ name }),
  spec: z.strictObject({
    title: z.string(),
    /** In words: what should go on while it lasts. */
    hypothesis: z.string(),
    /** The same as questions that can be asked. */
    steadyState: z.array(probeSchema).default([]),
    /** How long the load runs undisturbed after its warm-up. */
    baseline: durationSchema,
    /** Of everything that is left to chance; another one each time if left out, which the plan tells. */
    seed: z.int().min(0).max(0xffff_ffff).optional(),
    faults: z.array(faultSchema).nonempty(),
    /** What may be hit at most. */
    blastRadius: z
      .strictObject({
        /** Targets at the same time. */
        targets: COUNT.default(1),
        /** Share of the containers that a `select` finds. */
        share: z.number().gt(0).lte(1).default(1),
        /** Targets, or names of containers, that are never touched. */
        never: z.array(z.string()).default([]),
      })
      .default({ targets: 1, share: 1, never: [] }),
    /** What ends the experiment at once. */
    abort: z.array(abortSchema).default([]),
    alerts: z
      .strictObject({ expected: z.array(alertSchema).default([]), forbidden: z.array(alertSchema).default([]) })
      .default({ expected: [], forbidden: [] }),
  }),
});

export type ExperimentSpec = z.infer<typeof experimentSchema>["spec"];
export type FaultSpec = ExperimentSpec["faults"][number];
export type CheckSpec = Pick<ExperimentSpec["steadyState"][number], "promql" | "http" | "slo">;

/** What an experiment's `$schema` may name: the id of schemas/experiment.schema.json. */
const EXPERIMENT_SCHEMA_ID = "urn:proofload:experiment:1";

/** An experiment's file as JSON Schema (2020-12), for editors: schemas/experiment.schema.json. What hangs on other parts of the file is checked when it is read. */
export function experimentJsonSchema(): object {
  const schema = z.toJSONSchema(experimentSchema, { io: "input" });
  return { ...schema, $id: EXPERIMENT_SCHEMA_ID, title: "An experiment of proofload" };
}
