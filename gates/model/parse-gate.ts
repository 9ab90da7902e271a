import { z } from "zod";

import { durationSchema } from "../../lib/config/duration.ts";
import { parseYamlDocument, throwProblems } from "../../lib/config/yaml.ts";
import type { ConfigProblem, YamlPath, YamlSource } from "../../lib/config/yaml.ts";
import { isJudgedPhase } from "../../lib/run/phase.ts";

/** A gate file: which SLO is judged in which phases. */
export interface Gate {
  readonly name: string;
  readonly file: string;
  /** Of each one-sided bound. */
  readonly confidence: number;
  /** Mean number of failures that come together, at least; 1 where nothing is known of it. */
  readonly failureBurst: number;
  readonly objectives: readonly GateObjective[];
  /** What a stress must reach; null where nothing is asked. */
  readonly capacity: { readonly atLeast: number } | null;
  /** How far back the runner looks at objectives that end the run when they break. */
  readonly abortWindowSeconds: number;
  /** How often a run that is inconclusive is played again, at most. */
  readonly repeats: number;
}

/** Every try is a chance to pass by mistake. */
export const MOST_REPEATS = 5;

export interface GateObjective {
  /** metadata.name of an SLO. */
  readonly slo: string;
  readonly line: number;
  /** The share of good events that these phases must reach, in place of the SLO's own; null for the SLO's own. */
  readonly target: number | null;
  /** Fewer events decide nothing, in place of the SLO's own number; null for the SLO's own. */
  readonly minEvents: number | null;
  /** Whether the load is ended as soon as it breaks. */
  readonly abortOnFail: boolean;
  /** A key objective must be proven; another one may be undecided, but not missed. */
  readonly key: boolean;
  /** In recoveries: from so long after their beginning on it must hold; null: all through. */
  readonly recoversWithinSeconds: number | null;
  /** A phase's name, or a prefix that ends in `/*`; none where the gate is for windows only, which have no phases. */
  readonly phases: readonly { readonly pattern: string; readonly line: number }[];
}

const pattern = z
  .string()
  .regex(/^[a-z0-9-]+(\/([a-z0-9-]+|\*))?$/, { error: 'expected a phase such as baseline, fault/latency or "fault/*"' })
  .refine(isJudgedPhase, { error: "warmup and settle are never judged" });

const target = z.number().check(({ value, issues }) => {
  if (value > 0 && value < 1) return;
  const hint = value > 1 && value < 100 ? `; ${value} % is ${Number((value / 100).toPrecision(12))}` : "";
  issues.push({ code: "custom", message: `expected a share between 0 and 1, such as 0.99${hint}`, input: value });
});

const gateSchema = z.strictObject({
  apiVersion: z.literal("proofload.dev/v1"),
  kind: z.literal("Gate"),
  metadata: z.strictObject({ name: z.string().min(1) }),
  spec: z.strictObject({
    confidence: z.number().check(({ value, issues }) => {
      if (value >= 0.5 && value <= 0.9999) return;
      issues.push({ code: "custom", message: "expected a confidence from 0.5 to 0.9999, such as 0.95", input: value });
    }),
    failureBurst: z.number().min(1, { error: "expected a number of failures, at least 1" }).default(1),
    objectives: z
      .array(
        z.strictObject({
          slo: z.string(),
          phases: z.array(pattern).min(1, { error: "expected at least one phase" }).optional(),
          target: target.optional(),
          minEvents: z.int().min(1, { error: "expected a whole number of events, at least 1" }).optional(),
          abortOnFail: z.boolean().default(false),
          key: z.boolean().default(true),
          recoversWithin: durationSchema.refine((seconds) => seconds > 0, "expected more than 0s").optional(),
        }),
      )
      .min(1, { error: "expected at least one objective" }),
    capacity: z
      .strictObject({ atLeast: z.number().positive({ error: "expected a rate above 0, in iterations per second" }) })
      .optional(),
    abortWindow: durationSchema.refine((seconds) => seconds > 0, "expected more than 0s").default(60),
    repeats: z
      .int({ error: "expected a whole number of repeats" })
      .min(0)
      .max(MOST_REPEATS, { error: `expected at most ${MOST_REPEATS}: every try is a chance to pass by mistake` })
      .default(0),
  }),
});

/** Reads a gate file; throws one `invalid-config` error with all problems. */
export function parseGate(source: YamlSource): Gate {
  const { file, value, lineOf } = parseYamlDocument(source, gateSchema);
  const { capacity, abortWindow, objectives } = value.spec;
  const problemAt = (path: YamlPath, message: string): ConfigProblem => {
    const whole = ["spec", ...path];
    return { file, line: lineOf(whole), path: whole, message };
  };
  const problems = objectives.flatMap((objective, index) =>
    problemsOf(objective).map((message) => problemAt(["objectives", index, "recoversWithin"], message)),
  );
  if (objectives.every(({ key }) => !key)) {
    problems.push(problemAt(["objectives"], "expected a key objective: else nothing would have to be proven"));
  }
  if (capacity !== undefined && !objectives.some(({ phases = [] }) => phases.some(isStepPattern))) {
    const message = 'a capacity is found in the steps of a load: expected an objective with the phase "step/*"';
    problems.push(problemAt(["capacity"], message));
  }
  throwProblems(problems);
  return {
    name: value.metadata.name,
    file,
    confidence: value.spec.confidence,
    failureBurst: value.spec.failureBurst,
    capacity: capacity ?? null,
    abortWindowSeconds: abortWindow,
    repeats: value.spec.repeats,
    objectives: objectives.map(({ slo, phases = [], target, minEvents, abortOnFail, key, ...more }, index) => ({
      slo,
      target: target ?? null,
      minEvents: minEvents ?? null,
      abortOnFail,
      key,
      recoversWithinSeconds: more.recoversWithin ?? null,
      line: lineOf(["spec", "objectives", index, "slo"]),
      phases: phases.map((pattern, position) => ({
        pattern,
        line: lineOf(["spec", "objectives", index, "phases", position]),
      })),
    })),
  };
}

type ObjectiveSpec = z.infer<typeof gateSchema>["spec"]["objectives"][number];

/** What does not go together in an entry. */
function problemsOf({ recoversWithin, abortOnFail, phases }: ObjectiveSpec): readonly string[] {
  if (recoversWithin === undefined) return [];
  const elsewhere = (phases ?? ["a window without phases"]).find((phase) => !phase.startsWith("recovery/"));
  return [
    ...(elsewhere === undefined ? [] : [`it is about recoveries, and not about ${elsewhere}`]),
    ...(abortOnFail ? ["it can't go with abortOnFail: until then a miss is allowed"] : []),
  ];
}

function isStepPattern(pattern: string): boolean {
  return pattern.startsWith("step/");
}
