import { z } from "zod";

import { messageOf } from "../errors.ts";
import { badScenario } from "./bad-scenario.ts";

const stages = z.array(z.object({ target: z.number(), duration: z.string() })).nullish();

/** A scenario as k6 prints it, of whatever executor; what is not set is null. */
const scenarioSchema = z.object({
  executor: z.string(),
  startTime: z.string().nullish(),
  exec: z.string().nullish(),
  gracefulStop: z.string().nullish(),
  tags: z.record(z.string(), z.string()).nullish(),
  rate: z.number().nullish(),
  startRate: z.number().nullish(),
  timeUnit: z.string().nullish(),
  duration: z.string().nullish(),
  stages,
  vus: z.number().nullish(),
  startVUs: z.number().nullish(),
  preAllocatedVUs: z.number().nullish(),
  maxVUs: z.number().nullish(),
});

/** What the kit says of itself in `options.ext.proofload`. */
const kitSchema = z.object({
  kit: z.literal(1),
  warmupSeconds: z.number(),
  phases: z.array(z.object({ phase: z.string(), startSeconds: z.number() })),
  constantMemory: z.boolean(),
  overridable: z.boolean(),
  requests: z.array(z.string()),
  metrics: z.array(z.string()),
});

const inspectionSchema = z.object({
  scenarios: z.record(z.string(), scenarioSchema),
  thresholds: z
    .record(
      z.string(),
      // `{ threshold, abortOnFail }` where the author wrote that.
      z.array(z.union([z.string(), z.object({ threshold: z.string() }).transform(({ threshold }) => threshold)])),
    )
    .nullish(),
  tags: z.record(z.string(), z.string()).nullish(),
  setupTimeout: z.string().nullish(),
  systemTags: z.array(z.string()).nullish(),
  ext: z.object({ proofload: kitSchema }),
});

export type InspectedExecutor = z.infer<typeof scenarioSchema>;
export type Inspection = z.infer<typeof inspectionSchema>;

/** Reads what `k6 inspect` printed of a bundle; anything else is an error (exit code 2). `file` names the scenario. */
export function readInspection(file: string, text: string): Inspection {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw badScenario(file, `k6 described its options in an unknown way: ${messageOf(error)}`);
  }
  const parsed = inspectionSchema.safeParse(json);
  if (!parsed.success)
    throw badScenario(file, `k6 described its options in an unknown way: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
